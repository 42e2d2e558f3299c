Extension: ModelCardDescription
Id: aitransparency.modelCardDescription
Title: "Model card of a device (fragment)"
Description: "The model card that describes the AI. HL7 AI Transparency on FHIR (R4), snapshot of August 2026."
* ^url = "http://hl7.org/fhir/uv/aitransparency/StructureDefinition/aitransparency.modelCardDescription"
* insert Guide
* insert Extends(Device)
* value[x] only Reference(DocumentReference)
* valueReference 1..1
