Instance: example-report
InstanceOf: HisBundleDiagnosticReport
Usage: #example
Title: "Report of the screen"
* insert ExampleLabel(hisbundle-diagnostic-report)
* extension[risk].valueReference = Reference(RiskAssessment/example-hyperkalemia-risk)
* status = #preliminary
* code = $HIS#pocket-k "Potassium screen from one ECG lead"
* subject = Reference(Patient/example-patient)
* effectiveDateTime = "2026-01-05T08:30:00.000Z"
* result = Reference(Observation/example-quality)
* conclusion = "Low band. Confirm with venous potassium."
