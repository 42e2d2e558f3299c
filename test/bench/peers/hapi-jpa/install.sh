# HAPI FHIR's JPA server, by Maven as pom.xml names it; it stands on the PostgreSQL of test/peers/postgres.
command -v javac >/dev/null || debian default-jdk-headless
command -v mvn >/dev/null || debian maven
. test/peers/postgres/install.sh
here=test/bench/peers/hapi-jpa
mkdir -p "$build/hapi-jpa/classes"
mvn -q -B -ntp -f "$here/pom.xml" dependency:build-classpath -Dmdep.outputFile="$build/hapi-jpa/classpath.txt" </dev/null
javac -cp "$(cat "$build/hapi-jpa/classpath.txt")" -d "$build/hapi-jpa/classes" "$here"/src/*.java
