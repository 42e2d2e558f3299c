Instance: example-icu-mortality-refusal
InstanceOf: HisBundleIcuMortality
Usage: #example
Title: "Refusal: comfort care only"
* insert ExampleLabel(hisbundle-icu-mortality)
* insert ExampleTrainedOnReal
* status = #cancelled
* code = $HIS#icu-mortality-risk "Death in this ICU stay"
* method = $HIS#cap-icu "ICU mortality estimate"
* subject = Reference(Patient/example-patient)
* occurrenceDateTime = "2026-01-06T08:30:02.000Z"
* performer = Reference(Device/example-device)
* basis = Reference(Observation/example-icu-inputs)
* prediction.extension[0].url = $DATA-ABSENT-REASON
* prediction.extension[0].valueCode = #not-performed
* prediction.extension[1].url = "__BASE__/StructureDefinition/refusal"
* prediction.extension[1].valueCodeableConcept = $HIS#comfort-care "Comfort care only"
* prediction.outcome = $SCT#419099009 "Dead"
* prediction.whenPeriod.start = "2026-01-06T08:30:00.000Z"
* prediction.whenPeriod.end = "2026-02-05T08:30:00.000Z"
* prediction.rationale = "No score: Comfort care only."
* insert ExampleNoteOnReal
