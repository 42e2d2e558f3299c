Instance: provenance-reason
InstanceOf: SearchParameter
Usage: #definition
Title: "Provenance by reason"
* url = "__BASE__/SearchParameter/provenance-reason"
* name = "ProvenanceReason"
* status = #active
* description = "Why the activity took place: R4 has no such parameter, and AI work is found by its reason (AI Transparency on FHIR)."
* code = #reason
* base = #Provenance
* type = #token
* expression = "Provenance.reason"
