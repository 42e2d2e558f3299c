Extension: RunDigest
Id: run-digest
Title: "Digest of a run"
Description: "sha256 over module version, model sha256, preprocessing id, site policy version and every input and context read. Same digest, same result."
* insert Guide
* insert Extends(Provenance)
* value[x] only string
* valueString 1..1
* valueString obeys hb-sha256
