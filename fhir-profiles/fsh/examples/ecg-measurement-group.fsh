Instance: example-ecg-measurement-group
InstanceOf: HisBundleEcgMeasurement
Usage: #example
Title: "P duration of one lead with its interval by resampling beats, and why that of another is absent"
* insert ExampleLabel(hisbundle-ecg-measurement)
* status = #preliminary
* code = $HIS#ecg-lead-durations "Durations of the leads"
* subject = Reference(Patient/example-patient)
* effectiveDateTime = "2026-01-05T08:30:00.000Z"
* component[0].extension[+].url = "__BASE__/StructureDefinition/bootstrap-interval"
* component[0].extension[=].extension[+].url = "low"
* component[0].extension[=].extension[=].valueDecimal = 100
* component[0].extension[=].extension[+].url = "high"
* component[0].extension[=].extension[=].valueDecimal = 108
* component[0].extension[=].extension[+].url = "n"
* component[0].extension[=].extension[=].valueInteger = 11
* component[0].code = $MDC#131330 "MDC_ECG_ELEC_POTL_II"
* component[0].valueQuantity.value = 104
* component[0].valueQuantity.unit = "ms"
* component[0].valueQuantity.system = $UCUM
* component[0].valueQuantity.code = #ms
* component[1].extension[+].url = "__BASE__/StructureDefinition/refusal"
* component[1].extension[=].valueCodeableConcept = $HIS#wave-not-found "Wave not found"
* component[1].code = $MDC#131331 "MDC_ECG_ELEC_POTL_V1"
* component[1].dataAbsentReason = $ABSENT#unsupported "Unsupported"
* method = $HIS#ecgomics "Measured ECG biomarkers"
* device = Reference(Device/example-device)
* derivedFrom = Reference(Observation/example-ecg)
* insert ExampleNote
