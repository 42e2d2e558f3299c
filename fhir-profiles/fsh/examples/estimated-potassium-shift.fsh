Instance: example-estimated-potassium-shift
InstanceOf: HisBundleEstimatedPotassiumShift
Usage: #example
Title: "Potassium that would fit the ECG"
* insert ExampleLabel(hisbundle-estimated-potassium-shift)
* status = #preliminary
* code = $HIS#estimated-potassium-shift "Estimated potassium shift"
* subject = Reference(Patient/example-patient)
* effectiveDateTime = "2026-01-05T08:30:00.000Z"
* valueQuantity.value = 4.6
* valueQuantity.unit = "mmol/L"
* valueQuantity.system = $UCUM
* valueQuantity.code = #mmol/L
* extension[PredictionInterval].extension[low].valueDecimal = 3.7
* extension[PredictionInterval].extension[high].valueDecimal = 5.5
* extension[PredictionInterval].extension[coverage].valueDecimal = 0.9
* extension[noConfidence].valueString = "How often the interval holds the potassium of patients here was not measured."
* method = $HIS#pocket-k "Potassium screen from one ECG lead"
* device = Reference(Device/example-device)
* derivedFrom = Reference(Observation/example-ecg)
* insert ExampleNote
