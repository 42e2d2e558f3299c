Extension: InlineSecurityLabel
Id: extension-inline-sec-label
Title: "Inline security label (fragment)"
Description: "The label of one element where only some elements of a resource are the AI's; the resource then also carries PROCESSINLINELABEL. HL7 Data Segmentation for Privacy (R4)."
* ^url = "http://hl7.org/fhir/uv/security-label-ds4p/StructureDefinition/extension-inline-sec-label"
* insert Guide
* insert Extends(Element)
* value[x] only Coding
* valueCoding 1..1
