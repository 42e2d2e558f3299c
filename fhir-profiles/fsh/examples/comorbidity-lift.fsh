Instance: example-comorbidity-lift
InstanceOf: HisBundleComorbidityLift
Usage: #example
Title: "Two statements that stand together"
* insert ExampleLabel(hisbundle-comorbidity-lift)
* extension[noConfidence].valueString = "Counted in the training labels; no confidence is computed for this person."
* status = #preliminary
* code = $HIS#comorbidity-lift "Comorbidity lift"
* subject = Reference(Patient/example-patient)
* effectiveDateTime = "2026-01-05T08:30:00.000Z"
* method = $HIS#anyecg "Condition profile from the ECG"
* device = Reference(Device/example-device)
* derivedFrom = Reference(Observation/example-ecg)
* component.code.coding[0] = $SCT#49436004 "Atrial fibrillation"
* component.code.coding[1] = $SCT#84114007 "Heart failure"
* component.code.text = "Atrial fibrillation with Heart failure"
* component.valueQuantity = 1.2 '1' "1"
* insert ExampleNote
