Instance: example-subgroup-report
InstanceOf: HisBundleSubgroupReport
Usage: #example
Title: "AUROC of one month by sex"
* meta.profile = "__BASE__/StructureDefinition/hisbundle-subgroup-report"
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
* measure = "__BASE__/Measure/auroc|1.0.0"
* group.population.code = $MEASURE-POPULATION#measure-population "Measure Population"
* group.population.count = 640
* group.measureScore.value = 0.81
* group.measureScore.unit = "1"
* group.measureScore.system = $UCUM
* group.measureScore.code = #1
* group.extension[+].url = "__BASE__/StructureDefinition/bootstrap-interval"
* group.extension[=].extension[+].url = "low"
* group.extension[=].extension[=].valueDecimal = 0.77
* group.extension[=].extension[+].url = "high"
* group.extension[=].extension[=].valueDecimal = 0.85
* group.extension[=].extension[+].url = "n"
* group.extension[=].extension[=].valueInteger = 640
* group.stratifier.code.text = "sex"
* group.stratifier.stratum[0].value.text = "female"
* group.stratifier.stratum[0].measureScore.value = 0.8
* group.stratifier.stratum[0].measureScore.unit = "1"
* group.stratifier.stratum[0].measureScore.system = $UCUM
* group.stratifier.stratum[0].measureScore.code = #1
* group.stratifier.stratum[0].extension[+].url = "__BASE__/StructureDefinition/bootstrap-interval"
* group.stratifier.stratum[0].extension[=].extension[+].url = "low"
* group.stratifier.stratum[0].extension[=].extension[=].valueDecimal = 0.74
* group.stratifier.stratum[0].extension[=].extension[+].url = "high"
* group.stratifier.stratum[0].extension[=].extension[=].valueDecimal = 0.86
* group.stratifier.stratum[0].extension[=].extension[+].url = "n"
* group.stratifier.stratum[0].extension[=].extension[=].valueInteger = 290
* group.stratifier.stratum[1].value.text = "male"
* group.stratifier.stratum[1].measureScore.value = 0.82
* group.stratifier.stratum[1].measureScore.unit = "1"
* group.stratifier.stratum[1].measureScore.system = $UCUM
* group.stratifier.stratum[1].measureScore.code = #1
* group.stratifier.stratum[1].extension[+].url = "__BASE__/StructureDefinition/bootstrap-interval"
* group.stratifier.stratum[1].extension[=].extension[+].url = "low"
* group.stratifier.stratum[1].extension[=].extension[=].valueDecimal = 0.77
* group.stratifier.stratum[1].extension[=].extension[+].url = "high"
* group.stratifier.stratum[1].extension[=].extension[=].valueDecimal = 0.87
* group.stratifier.stratum[1].extension[=].extension[+].url = "n"
* group.stratifier.stratum[1].extension[=].extension[=].valueInteger = 345
* group.stratifier.stratum[2].value.text = "not recorded"
* group.stratifier.stratum[2].measureScore.extension.url = $DATA-ABSENT-REASON
* group.stratifier.stratum[2].measureScore.extension.valueCode = #masked
