CodeSystem: AiDeviceType
Id: AIdeviceTypeCS
Title: "Device type for AI (fragment)"
Description: "The codes used here of AIdeviceTypeCS, HL7 AI Transparency on FHIR (R4), snapshot of August 2026. A fragment: the guide of HL7 is the authority."
* ^url = "http://hl7.org/fhir/uv/aitransparency/CodeSystem/AIdeviceTypeCS"
* ^content = #fragment
* ^status = #active
* ^experimental = false
* ^caseSensitive = true
* #Artificial-Intelligence "Artificial Intelligence"
* #Deep-Learning-Models "Deep Learning Models"
* #AI-for-Physiological-Signal-Data "AI for Physiological Signal Data"
* #AI-for-Medical-Imaging-Data "AI for Medical Imaging Data"
* #AI-for-Structured-Clinical-Data "AI for Structured Clinical Data"
* #Deterministic-AI "Deterministic AI"
* #Non-Deterministic-AI "Non-Deterministic AI"
