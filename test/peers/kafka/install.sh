# Apache Kafka's broker by Maven, one class path a version (versions.txt); Kafka 4 needs Java 17 or later.
java_major() { java -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p'; }
if ! command -v java >/dev/null || [ "$(java_major)" -lt 17 ]; then debian default-jdk-headless; fi
command -v mvn >/dev/null || debian maven
for version in $(cat test/peers/kafka/versions.txt); do
  mkdir -p "$build/kafka-$version"
  mvn -q -B -ntp -f test/peers/kafka/pom.xml dependency:build-classpath -Dkafka="$version" \
    -Dmdep.outputFile="$build/kafka-$version/classpath.txt" </dev/null
done
