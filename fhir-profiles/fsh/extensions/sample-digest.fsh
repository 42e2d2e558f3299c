Extension: SampleDigest
Id: sample-digest
Title: "Digest of the samples"
Description: "sha256 over the samples of the rhythm recording in physical units, by which the same tracing is known again when it arrives by another way."
* insert Guide
* insert Extends(Observation)
* insert Extends(DocumentReference)
* value[x] only string
* valueString 1..1
* valueString obeys hb-sha256
