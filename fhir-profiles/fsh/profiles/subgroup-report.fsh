Profile: HisBundleSubgroupReport
Parent: MeasureReport
Id: hisbundle-subgroup-report
Title: "One metric of one model by subgroup"
Description: "One metric over all cases (measureScore of the group) and in each group of each attribute (strata), with interval and number of cases (bootstrap-interval). What few people could be found out by is masked."
* insert Guide
* insert PerformanceReport

Profile: HisBundleFairnessReport
Parent: MeasureReport
Id: hisbundle-fairness-report
Title: "One difference between groups"
Description: "One fairness metric of one model: the largest difference between the groups of an attribute, one group of the report for each attribute, with its interval and what the same difference is between groups that mean nothing (permutation-reference); the rates of the compared groups as strata. Of an attribute without two groups that are large enough the score is masked."
* insert Guide
* insert PerformanceReport
* group.code 1..1
* obeys hb-fairness-reference

RuleSet: PerformanceReport
* obeys hb-report-score and hb-report-interval and hb-report-basis
* status = #complete
* type = #summary
* subject 1..1
* subject only Reference(Device)
* date 1..1
* group 1..*
* group.measureScore 1..1
* group.stratifier.code 1..1
* group.stratifier.stratum.value 1..1
* group.stratifier.stratum.measureScore 1..1
* status and type and measure and subject and date and period and group MS
