Instance: example-observation-refusal
InstanceOf: HisBundleObservation
Usage: #example
Title: "Refusal: too short"
* insert ExampleLabel(hisbundle-observation)
* extension[refusal].valueCodeableConcept = $HIS#too-short "Recording too short"
* status = #cancelled
* code = $HIS#ecg-signal-quality "ECG signal quality"
* subject = Reference(Patient/example-patient)
* effectiveDateTime = "2026-01-05T08:30:00.000Z"
* dataAbsentReason = $ABSENT#not-performed "Not Performed"
* method = $HIS#pocket-k "Potassium screen from one ECG lead"
* device = Reference(Device/example-device)
* derivedFrom = Reference(Observation/example-ecg)
* insert ExampleNote
