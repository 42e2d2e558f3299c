Extension: AiKind
Id: aitransparency.AIKind
Title: "Kind of AI (fragment)"
Description: "The more specific kind of AI technology of a device. HL7 AI Transparency on FHIR (R4), snapshot of August 2026."
* ^url = "http://hl7.org/fhir/uv/aitransparency/StructureDefinition/aitransparency.AIKind"
* insert Guide
* insert Extends(Device)
* value[x] only CodeableConcept
* valueCodeableConcept 1..1
