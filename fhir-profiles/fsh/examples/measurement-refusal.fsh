Instance: example-measurement-refusal
InstanceOf: HisBundleMeasurementPanel
Usage: #example
Title: "Refusal to measure: quality"
* insert ExampleLabel(hisbundle-measurement-panel)
* extension[refusal].valueCodeableConcept = $HIS#quality-unacceptable "Quality unacceptable"
* status = #cancelled
* code = $HIS#ecg-measurement-panel "ECG measurement panel"
* subject = Reference(Patient/example-patient)
* effectiveDateTime = "2026-01-05T08:30:00.000Z"
* dataAbsentReason = $ABSENT#error "Error"
* method = $HIS#ecgomics "Measured ECG biomarkers"
* device = Reference(Device/example-device)
* derivedFrom = Reference(Observation/example-ecg)
* insert ExampleNote
