#!/usr/bin/env bash
# Installs what the peer tests need and is not here yet: dcmtk and dicom3tools (Debian), a JDK with Maven, and by Maven
# HAPI FHIR's validator and HAPI HL7v2 as hapi/pom.xml names them. Prints what it did; safe to run again.
set -euo pipefail
cd "$(dirname "$0")/../.."

missing=()
command -v storescu >/dev/null || missing+=(dcmtk)
command -v dciodvfy >/dev/null || missing+=(dicom3tools)
command -v javac >/dev/null || missing+=(default-jdk-headless)
command -v mvn >/dev/null || missing+=(maven)
if [ ${#missing[@]} -gt 0 ]; then
  echo "peers: installing ${missing[*]}"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

build=.hisbundle/peers/hapi
mkdir -p "$build"
mvn -q -B -ntp -f test/peers/hapi/pom.xml compile dependency:build-classpath -Dmdep.outputFile="$PWD/$build/classpath.txt" </dev/null
echo "peers: $(storescu --version | head -1 | tr -d '$'), $(java -version 2>&1 | head -1), $(tr ':' '\n' <"$build/classpath.txt" | wc -l) jars"
