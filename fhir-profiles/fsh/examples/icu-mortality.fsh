Instance: example-icu-mortality
InstanceOf: HisBundleIcuMortality
Usage: #example
Title: "Moderate risk, moved by one similar case"
* insert ExampleLabel(hisbundle-icu-mortality)
* insert ExampleTrainedOnReal
* extension[noConfidence].valueString = "No interval was computed for this version."
* status = #preliminary
* code = $HIS#icu-mortality-risk "Death in this ICU stay"
* method = $HIS#cap-icu "ICU mortality estimate"
* subject = Reference(Patient/example-patient)
* occurrenceDateTime = "2026-01-06T08:30:02.000Z"
* performer = Reference(Device/example-device)
* basis = Reference(Observation/example-icu-inputs)
* prediction.outcome = $SCT#419099009 "Dead"
* prediction.probabilityDecimal = 0.26
* prediction.qualitativeRisk.coding[0] = $SCT#25594002 "Moderate risk"
* prediction.qualitativeRisk.coding[1] = $HIS#icu-risk-moderate "Moderate risk of death"
* prediction.whenPeriod.start = "2026-01-06T08:30:00.000Z"
* prediction.whenPeriod.end = "2026-02-05T08:30:00.000Z"
* prediction.rationale = "Lactate, highest 4.1 mmol/L (raises the risk)."
* prediction.extension.url = "__BASE__/StructureDefinition/case-based-shift"
* prediction.extension.extension[0].url = "predictor"
* prediction.extension.extension[0].valueCode = #local
* prediction.extension.extension[1].url = "base"
* prediction.extension.extension[1].valueDecimal = 0.22
* prediction.extension.extension[2].url = "fair"
* prediction.extension.extension[2].valueDecimal = 0.22
* prediction.extension.extension[3].url = "shift"
* prediction.extension.extension[3].valueDecimal = 0.2194
* prediction.extension.extension[4].url = "bankVersion"
* prediction.extension.extension[4].valueString = "1.0.0"
* prediction.extension.extension[5].url = "retrieved"
* prediction.extension.extension[5].extension[0].url = "id"
* prediction.extension.extension[5].extension[0].valueString = "b0001"
* prediction.extension.extension[5].extension[1].url = "similarity"
* prediction.extension.extension[5].extension[1].valueDecimal = 0.91
* prediction.extension.extension[5].extension[2].url = "demographicScore"
* prediction.extension.extension[5].extension[2].valueDecimal = 3.5
* prediction.extension.extension[5].extension[3].url = "died"
* prediction.extension.extension[5].extension[3].valueBoolean = true
* prediction.extension.extension[5].extension[4].url = "predicted"
* prediction.extension.extension[5].extension[4].valueDecimal = 0.2
* prediction.extension.extension[5].extension[5].url = "selectedFor"
* prediction.extension.extension[5].extension[5].valueCode = #misprediction
* insert ExampleNoteOnReal
