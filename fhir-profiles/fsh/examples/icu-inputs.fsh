Instance: example-icu-inputs
InstanceOf: HisBundleIcuInputs
Usage: #example
Title: "Two inputs of an estimate, one of them not recorded"
* insert ExampleLabel(hisbundle-icu-inputs)
* insert ExampleTrainedOnReal
* status = #preliminary
* code = $HIS#icu-inputs "Inputs of an estimate of mortality"
* subject = Reference(Patient/example-patient)
* effectiveDateTime = "2026-01-06T08:30:00.000Z"
* component[0].code.coding = $HIS#icu-lactate-max "Lactate, highest"
* component[0].code.text = "lactate.max"
* component[0].valueQuantity.value = 4.1
* component[0].valueQuantity.unit = "mmol/L"
* component[0].valueQuantity.system = $UCUM
* component[0].valueQuantity.code = #mmol/L
* component[1].code.coding = $HIS#icu-bilirubin-max "Bilirubin, total, highest"
* component[1].code.text = "bilirubin.max"
* component[1].dataAbsentReason = $ABSENT#unknown "Unknown"
* method = $HIS#cap-icu "ICU mortality estimate"
* device = Reference(Device/example-device)
* derivedFrom = Reference(Observation/example-ecg)
* insert ExampleNoteOnReal
