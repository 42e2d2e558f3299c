Instance: example-task
InstanceOf: HisBundleTask
Usage: #example
Title: "Risk alert"
* meta.profile = "__BASE__/StructureDefinition/hisbundle-task"
* meta.security = $OBSVALUE#AIAST "Artificial Intelligence asserted"
* extension[researchOnly].valueString = "Research prototype, not a medical device. Not for clinical use. Shipped weights were trained on semi-synthetic data and have not been validated on patients of this hospital; confirm by the standard test before acting."
* extension[band].valueString = "high"
* status = #requested
* intent = #order
* priority = #urgent
* code = $HIS#risk-alert "Risk alert"
* description = "The ECG screen is in the high band. Confirm with venous potassium."
* focus = Reference(RiskAssessment/example-hyperkalemia-risk)
* for = Reference(Patient/example-patient)
* authoredOn = "2026-01-05T08:30:03.000Z"
* owner.display = "Fallback queue"
* restriction.period.end = "2026-01-05T09:30:03.000Z"
