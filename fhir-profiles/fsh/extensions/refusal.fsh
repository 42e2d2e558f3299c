Extension: Refusal
Id: refusal
Title: "Refusal"
Description: "Why no result was given: a code of his-bundle-concepts of kind refusal. Stands beside data-absent-reason; never beside a number."
* insert Guide
* insert Extends(RiskAssessment.prediction)
* insert Extends(Observation)
* insert Extends(Observation.component)
* insert Extends(DiagnosticReport)
* value[x] only CodeableConcept
* valueCodeableConcept 1..1
* valueCodeableConcept from RefusalReasons (required)
