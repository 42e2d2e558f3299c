Instance: example-ecgomics-report
InstanceOf: HisBundleEcgomicsReport
Usage: #example
Title: "Report of the measurements of one ECG"
* insert ExampleLabel(hisbundle-ecgomics-report)
* status = #preliminary
* code = $LNC#11524-6 "EKG study"
* subject = Reference(Patient/example-patient)
* effectiveDateTime = "2026-01-05T08:30:00.000Z"
* result[0] = Reference(Observation/example-measurement-panel)
* result[1] = Reference(Observation/example-ecg-measurement)
* conclusion = "Measured by software, not over-read. Signal quality: acceptable."
* presentedForm.contentType = #text/csv
* presentedForm.data = "aWQ="
