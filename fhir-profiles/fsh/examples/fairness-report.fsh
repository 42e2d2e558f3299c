Instance: example-fairness-report
InstanceOf: HisBundleFairnessReport
Usage: #example
Title: "Equal-opportunity difference of one month"
* meta.profile = "__BASE__/StructureDefinition/hisbundle-fairness-report"
* status = #complete
* type = #summary
* subject.type = "Device"
* subject.identifier.system = $ID-MODEL-SHA256
* subject.identifier.value = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
* date = "2026-01-31T08:00:00.000Z"
* period.start = "2026-01-01"
* period.end = "2026-01-31"
* extension[+].url = "__BASE__/StructureDefinition/report-basis"
* extension[=].extension[+].url = "label"
* extension[=].extension[=].valueString = "death.24h"
* extension[=].extension[+].url = "data"
* extension[=].extension[=].valueString = "closed loop of this server"
* extension[=].extension[+].url = "model"
* extension[=].extension[=].valueString = "icu-mortality 1.0.0"
* extension[=].extension[+].url = "draws"
* extension[=].extension[=].valueInteger = 2000
* extension[=].extension[+].url = "threshold"
* extension[=].extension[=].valueDecimal = 0.2
* extension[=].extension[+].url = "thresholdOrigin"
* extension[=].extension[=].valueCode = #site
* measure = "__BASE__/Measure/equalOpportunity|1.0.0"
* group[0].code.text = "sex"
* group[0].measureScore.value = 0.06
* group[0].measureScore.unit = "1"
* group[0].measureScore.system = $UCUM
* group[0].measureScore.code = #1
* group[0].extension[+].url = "__BASE__/StructureDefinition/bootstrap-interval"
* group[0].extension[=].extension[+].url = "low"
* group[0].extension[=].extension[=].valueDecimal = 0.01
* group[0].extension[=].extension[+].url = "high"
* group[0].extension[=].extension[=].valueDecimal = 0.17
* group[0].extension[=].extension[+].url = "n"
* group[0].extension[=].extension[=].valueInteger = 635
* group[0].extension[+].url = "__BASE__/StructureDefinition/permutation-reference"
* group[0].extension[=].extension[+].url = "median"
* group[0].extension[=].extension[=].valueDecimal = 0.05
* group[0].extension[=].extension[+].url = "p95"
* group[0].extension[=].extension[=].valueDecimal = 0.14
* group[0].extension[=].extension[+].url = "p"
* group[0].extension[=].extension[=].valueDecimal = 0.42
* group[1].code.text = "race"
* group[1].measureScore.extension.url = $DATA-ABSENT-REASON
* group[1].measureScore.extension.valueCode = #masked
