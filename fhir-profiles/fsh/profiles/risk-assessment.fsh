Profile: HisBundleRiskAssessment
Parent: RiskAssessment
Id: hisbundle-risk-assessment
Title: "Risk assessment of a module"
Description: "A prediction, or a coded refusal, of one module about one tracing or other input. Never final without a person or an explicit site policy."
* insert Guide
* insert AiLabelled
* extension contains AiConfidence named confidence 0..*
* extension[confidence].url = "http://hl7.org/fhir/uv/aitransparency/StructureDefinition/AIconfidence" (exactly)
* extension contains NoConfidenceReason named noConfidence 0..1
* extension[noConfidence].url = "__BASE__/StructureDefinition/no-confidence-reason" (exactly)
* extension contains OriginalSubject named originalSubject 0..1
* extension[originalSubject].url = "__BASE__/StructureDefinition/original-subject" (exactly)
* obeys hb-confidence and hb-risk-refused
* status 1..1
* method 1..1
* subject only Reference(Patient)
* occurrence[x] 1..1
* occurrence[x] only dateTime
* performer 1..1
* performer only Reference(Device)
* basis 1..*
* prediction 1..*
// The extensions of a prediction (data-absent-reason, refusal, performance-at-prevalence, AIconfidence,
// no-confidence-reason) are held by invariants: a slice inside a sliced element is not read by every validator.
* prediction obeys hb-prediction-number and hb-refusal-code
* prediction.outcome 1..1
* prediction.probability[x] only decimal
* prediction.probability[x] obeys hb-probability
* note 1..*
* method and subject and occurrence[x] and performer and basis and prediction and note MS
