Instance: example-hyperkalemia-risk
InstanceOf: HisBundleHyperkalemiaRisk
Usage: #example
Title: "Low risk"
* insert ExampleLabel(hisbundle-hyperkalemia-risk)
* extension[noConfidence].valueString = "No interval was computed for this version."
* status = #preliminary
* method = $HIS#pocket-k "Potassium screen from one ECG lead"
* subject = Reference(Patient/example-patient)
* occurrenceDateTime = "2026-01-05T08:30:02.000Z"
* performer = Reference(Device/example-device)
* basis = Reference(Observation/example-ecg)
* prediction[above55].outcome = $SCT#14140009 "Hyperkalaemia"
* prediction[above55].probabilityDecimal = 0.012
* prediction[above55].qualitativeRisk = $SCT#75976002 "Low risk"
* prediction[above55].whenPeriod.start = "2026-01-05T07:30:00.000Z"
* prediction[above55].whenPeriod.end = "2026-01-05T09:30:00.000Z"
* prediction[above55].rationale = "venous K > 5.5 mmol/L within 1 h"
* prediction[above55].extension.url = "__BASE__/StructureDefinition/performance-at-prevalence"
* prediction[above55].extension.extension[0].url = "prevalence"
* prediction[above55].extension.extension[0].valueDecimal = 0.02
* prediction[above55].extension.extension[1].url = "sensitivity"
* prediction[above55].extension.extension[1].valueDecimal = 0.8
* prediction[above55].extension.extension[2].url = "specificity"
* prediction[above55].extension.extension[2].valueDecimal = 0.5
* prediction[above55].extension.extension[3].url = "ppv"
* prediction[above55].extension.extension[3].valueDecimal = 0.0316
* prediction[above55].extension.extension[4].url = "npv"
* prediction[above55].extension.extension[4].valueDecimal = 0.9919
* prediction[above55].extension.extension[5].url = "fractionRuledOut"
* prediction[above55].extension.extension[5].valueDecimal = 0.494
* prediction[above55].extension.extension[6].url = "data"
* prediction[above55].extension.extension[6].valueString = "illustration, not measured"
* prediction[from60].outcome = $HIS#hyperkalaemia-ge-6.0 "Potassium 6.0 mmol/L or more"
* prediction[from60].probabilityDecimal = 0.003
* mitigation = "Confirm with venous potassium."
* insert ExampleNote
