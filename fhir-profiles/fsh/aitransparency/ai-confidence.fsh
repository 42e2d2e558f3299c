Extension: AiConfidence
Id: AIconfidence
Title: "Confidence of an AI (fragment)"
Description: "How likely the result is to be correct: a decimal 0..1, a percentage, a range, a rating or words. HL7 AI Transparency on FHIR (R4), snapshot of August 2026. Here: never a copy of a predicted probability; an interval as Range."
* ^url = "http://hl7.org/fhir/uv/aitransparency/StructureDefinition/AIconfidence"
* insert Guide
* insert Extends(Element)
* value[x] only decimal or Quantity or Range or CodeableConcept or string
* value[x] 1..1
