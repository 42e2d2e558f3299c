CodeSystem: AiInputs
Id: AIinputsCS
Title: "Inputs of an AI (fragment)"
Description: "The codes used here of AIinputsCS, HL7 AI Transparency on FHIR (R4), snapshot of August 2026. A fragment: the guide of HL7 is the authority."
* ^url = "http://hl7.org/fhir/uv/aitransparency/CodeSystem/AIinputsCS"
* ^content = #fragment
* ^status = #active
* ^experimental = false
* ^caseSensitive = true
* #AIModelCard "AI Model-Card"
* #AIInputPrompt "AI Input Prompt"
* #AIModelCardMarkdownFormat "Markdown Format"
* #AImodelCardCHAIformat "CHAI Format"
