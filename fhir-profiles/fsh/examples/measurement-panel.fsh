Instance: example-measurement-panel
InstanceOf: HisBundleMeasurementPanel
Usage: #example
Title: "Measurements of one ECG"
* insert ExampleLabel(hisbundle-measurement-panel)
* extension[noConfidence].valueString = "How often the measurements are right was not measured on patients of this hospital."
* status = #preliminary
* code = $LNC#34534-8 "12 lead EKG panel"
* subject = Reference(Patient/example-patient)
* effectiveDateTime = "2026-01-05T08:30:00.000Z"
* method = $HIS#ecgomics "Measured ECG biomarkers"
* device = Reference(Device/example-device)
* derivedFrom = Reference(Observation/example-ecg)
* hasMember[0] = Reference(Observation/example-ecg-measurement)
* hasMember[1] = Reference(Observation/example-ecg-measurement-group)
* hasMember[2] = Reference(Observation/example-ecg-change)
* insert ExampleNote
