Instance: example-metric-measure
InstanceOf: HisBundleMetricMeasure
Usage: #example
Title: "AUROC by subgroup"
* meta.profile = "__BASE__/StructureDefinition/hisbundle-metric-measure"
* url = "__BASE__/Measure/auroc"
* version = "1.0.0"
* name = "Auroc"
* title = "AUROC"
* status = #active
* experimental = false
* description = "Area under the ROC curve."
* scoring = $MEASURE-SCORING#continuous-variable "Continuous Variable"
