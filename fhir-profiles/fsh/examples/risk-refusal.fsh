Instance: example-risk-refusal
InstanceOf: HisBundleHyperkalemiaRisk
Usage: #example
Title: "Refusal: Lead I is missing"
* insert ExampleLabel(hisbundle-hyperkalemia-risk)
* status = #cancelled
* method = $HIS#pocket-k "Potassium screen from one ECG lead"
* subject = Reference(Patient/example-patient)
* occurrenceDateTime = "2026-01-05T08:30:02.000Z"
* performer = Reference(Device/example-device)
* basis = Reference(Observation/example-ecg)
* prediction[above55].extension[0].url = $DATA-ABSENT-REASON
* prediction[above55].extension[0].valueCode = #unsupported
* prediction[above55].extension[1].url = "__BASE__/StructureDefinition/refusal"
* prediction[above55].extension[1].valueCodeableConcept = $HIS#lead-missing "Lead missing"
* prediction[above55].outcome = $SCT#14140009 "Hyperkalaemia"
* prediction[above55].whenPeriod.start = "2026-01-05T07:30:00.000Z"
* prediction[above55].whenPeriod.end = "2026-01-05T09:30:00.000Z"
* prediction[above55].rationale = "No score: Lead missing."
* mitigation = "Confirm with venous potassium."
* insert ExampleNote
