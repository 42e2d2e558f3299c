Instance: example-counterfactual-flip
InstanceOf: HisBundleCounterfactualFlip
Usage: #example
Title: "Older moves the estimate, sex is not read"
* insert ExampleLabel(hisbundle-counterfactual-flip)
* insert ExampleTrainedOnReal
* status = #preliminary
* code = $HIS#counterfactual-flip "Estimate with one attribute changed"
* subject = Reference(Patient/example-patient)
* effectiveDateTime = "2026-01-06T08:30:00.000Z"
* component[0].code = $HIS#flip-sex "Other sex"
* component[0].dataAbsentReason.coding[0] = $ABSENT#not-applicable "Not Applicable"
* component[0].dataAbsentReason.coding[1] = $HIS#flip-not-informative "Flip not informative"
* component[1].code = $HIS#flip-age-older "Ten years older"
* component[1].valueQuantity.value = 0.021
* component[1].valueQuantity.unit = "1"
* component[1].valueQuantity.system = $UCUM
* component[1].valueQuantity.code = #1
* method = $HIS#cap-icu "ICU mortality estimate"
* device = Reference(Device/example-device)
* derivedFrom = Reference(Observation/example-icu-inputs)
* insert ExampleNoteOnReal
