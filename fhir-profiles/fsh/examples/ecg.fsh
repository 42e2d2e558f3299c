Instance: example-ecg
InstanceOf: HisBundleEcgObservation
Usage: #example
Title: "ECG, a few simulated samples of Lead I"
* meta.profile = "__BASE__/StructureDefinition/hisbundle-ecg-observation"
* identifier[tracing].system = $ID-TRACING
* identifier[tracing].value = "5f0c2f0e-8f4e-5d3a-9a54-0c4b3b6f1d11"
* status = #final
* category[procedure] = $CATEGORY#procedure "Procedure"
* code = $LNC#11524-6 "EKG study"
* subject = Reference(Patient/example-patient)
* effectiveDateTime = "2026-01-05T08:30:00.000Z"
* derivedFrom = Reference(DocumentReference/example-waveform)
* component.code = $MDC#131329 "MDC_ECG_ELEC_POTL_I"
* component.valueSampledData.origin.value = 0
* component.valueSampledData.origin.unit = "mV"
* component.valueSampledData.origin.system = $UCUM
* component.valueSampledData.origin.code = #mV
* component.valueSampledData.period = 2
* component.valueSampledData.factor = 0.005
* component.valueSampledData.dimensions = 1
* component.valueSampledData.data = "0 1 3 E E 12 40 8 -6 0"
