Instance: example-ecg-measurement
InstanceOf: HisBundleEcgMeasurement
Usage: #example
Title: "QRS duration"
* insert ExampleLabel(hisbundle-ecg-measurement)
* status = #preliminary
* code = $LNC#8633-0 "QRS duration"
* subject = Reference(Patient/example-patient)
* effectiveDateTime = "2026-01-05T08:30:00.000Z"
* valueQuantity.value = 94
* valueQuantity.unit = "ms"
* valueQuantity.system = $UCUM
* valueQuantity.code = #ms
* method = $HIS#ecgomics "Measured ECG biomarkers"
* device = Reference(Device/example-device)
* derivedFrom = Reference(Observation/example-ecg)
* insert ExampleNote
