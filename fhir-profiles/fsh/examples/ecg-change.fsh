Instance: example-ecg-change
InstanceOf: HisBundleEcgChange
Usage: #example
Title: "QT interval against the earlier tracing: not changed"
* insert ExampleLabel(hisbundle-ecg-change)
* status = #preliminary
* code = $LNC#8634-8 "QT interval"
* subject = Reference(Patient/example-patient)
* effectiveDateTime = "2026-01-05T08:30:00.000Z"
* valueQuantity.value = -8
* valueQuantity.unit = "ms"
* valueQuantity.system = $UCUM
* valueQuantity.code = #ms
* interpretation = $HIS#ecg-not-changed "Not changed"
* method = $HIS#ecgomics "Measured ECG biomarkers"
* device = Reference(Device/example-device)
* derivedFrom[0] = Reference(Observation/example-ecg)
* derivedFrom[1] = Reference(Observation/example-ecg)
* component[referenceChangeValue].valueQuantity.value = 31
* component[referenceChangeValue].valueQuantity.unit = "ms"
* component[referenceChangeValue].valueQuantity.system = $UCUM
* component[referenceChangeValue].valueQuantity.code = #ms
* component[earlier].valueQuantity.value = 392
* component[earlier].valueQuantity.unit = "ms"
* component[earlier].valueQuantity.system = $UCUM
* component[earlier].valueQuantity.code = #ms
* insert ExampleNote
