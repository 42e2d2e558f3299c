Instance: example-risk
InstanceOf: HisBundleRiskAssessment
Usage: #example
Title: "Any module's assessment"
* insert ExampleLabel(hisbundle-risk-assessment)
* extension[confidence].valueRange.low.value = 0.9
* extension[confidence].valueRange.high.value = 0.95
* status = #preliminary
* method = $HIS#cap-icu "ICU mortality estimate"
* subject = Reference(Patient/example-patient)
* occurrenceDateTime = "2026-01-05T08:30:02.000Z"
* performer = Reference(Device/example-device)
* basis = Reference(Observation/example-ecg)
* prediction.outcome = $SCT#419099009 "Dead"
* prediction.probabilityDecimal = 0.1
* insert ExampleNote
