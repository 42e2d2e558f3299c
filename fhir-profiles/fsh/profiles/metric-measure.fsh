Profile: HisBundleMetricMeasure
Parent: Measure
Id: hisbundle-metric-measure
Title: "One metric of performance"
Description: "What one number of a subgroup or fairness report means: one Measure for each metric, continuous-variable."
* insert Guide
* url 1..1
* version 1..1
* name 1..1
* title 1..1
* description 1..1
* scoring 1..1
* scoring = $MEASURE-SCORING#continuous-variable
* url and version and name and title and description and scoring MS
