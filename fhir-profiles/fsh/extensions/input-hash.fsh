Extension: InputHash
Id: input-hash
Title: "sha256 of an input"
Description: "sha256 (hexadecimal) of the bytes that were read from this entity: the waveform blob of a tracing, the canonical JSON of a resource."
* insert Guide
* insert Extends(Provenance.entity)
* value[x] only string
* valueString 1..1
* valueString obeys hb-sha256
