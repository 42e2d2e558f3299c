Instance: example-condition-profile
InstanceOf: HisBundleConditionProfile
Usage: #example
Title: "One statement shown, the others hidden"
* insert ExampleLabel(hisbundle-condition-profile)
* extension[noConfidence].valueString = "The estimate is the probability of the outcome; how often it is right in this hospital was not measured."
* extension[2].url = "__BASE__/StructureDefinition/hidden-conditions"
* extension[2].extension[0].url = "total"
* extension[2].extension[0].valueInteger = 101
* extension[2].extension[1].url = "shown"
* extension[2].extension[1].valueInteger = 1
* extension[2].extension[2].url = "hidden"
* extension[2].extension[2].extension[0].url = "reason"
* extension[2].extension[2].extension[0].valueCode = #simulated
* extension[2].extension[2].extension[1].url = "count"
* extension[2].extension[2].extension[1].valueInteger = 100
* status = #preliminary
* code = $HIS#anyecg "Condition profile from the ECG"
* method = $HIS#anyecg "Condition profile from the ECG"
* subject = Reference(Patient/example-patient)
* occurrenceDateTime = "2026-01-05T08:30:02.000Z"
* performer = Reference(Device/example-device)
* basis = Reference(Observation/example-ecg)
* prediction.outcome = $HIS#any-condition "Any condition of the profile"
* prediction.probabilityDecimal = 0.31
* prediction.relativeRisk = 1.4
* prediction.qualitativeRisk = $HIS#condition-not-raised "Not raised"
* prediction.whenRange.low = 0 'a' "a"
* prediction.whenRange.high = 0 'a' "a"
* prediction.rationale = "Grade B. Data that the model had not seen, n, AUROC, that of age and sex alone, and the gain with its interval stand here."
* mitigation = "Confirm by the standard test before acting."
* insert ExampleNote
