Instance: example-quality
InstanceOf: HisBundleObservation
Usage: #example
Title: "Quality verdict"
* insert ExampleLabel(hisbundle-observation)
* status = #preliminary
* code = $HIS#ecg-signal-quality "ECG signal quality"
* subject = Reference(Patient/example-patient)
* effectiveDateTime = "2026-01-05T08:30:00.000Z"
* valueCodeableConcept = $HIS#acceptable "Acceptable"
* method = $HIS#pocket-k "Potassium screen from one ECG lead"
* device = Reference(Device/example-device)
* derivedFrom = Reference(Observation/example-ecg)
* insert ExampleNote
