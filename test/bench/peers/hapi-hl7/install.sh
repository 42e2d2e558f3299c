# HAPI HL7v2's server, on the jars of test/peers/hapi.
. test/peers/hapi/install.sh
mkdir -p "$build/hapi-hl7/classes"
cp "$build/hapi/classpath.txt" "$build/hapi-hl7/classpath.txt"
javac -cp "$(cat "$build/hapi-hl7/classpath.txt")" -d "$build/hapi-hl7/classes" test/bench/peers/hapi-hl7/src/*.java
