# A JDK with Maven, and by Maven HAPI FHIR's validator and HAPI HL7v2 as pom.xml names them.
command -v javac >/dev/null || debian default-jdk-headless
command -v mvn >/dev/null || debian maven
mkdir -p "$build/hapi"
mvn -q -B -ntp -f test/peers/hapi/pom.xml compile dependency:build-classpath -Dmdep.outputFile="$build/hapi/classpath.txt" </dev/null
