ValueSet: AiProvenanceReasons
Id: ProvenanceVS
Title: "Provenance reasons of AI (fragment)"
Description: "The reason by which provenance of AI work is found: Provenance?target=X&reason:in=<this>. HL7 AI Transparency on FHIR (R4), snapshot of August 2026."
* ^url = "http://hl7.org/fhir/uv/aitransparency/ValueSet/ProvenanceVS"
* ^status = #active
* ^experimental = false
* $OBSVALUE#AIAST "Artificial Intelligence asserted"
