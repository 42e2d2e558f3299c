Extension: ThresholdPolicy
Id: threshold-policy
Title: "Threshold policy"
Description: "The site policy by which a class was called: its version, the calibration version and each threshold used."
* insert Guide
* insert Extends(Provenance)
* extension contains
    version 1..1 and
    calibration 0..1 and
    threshold 0..*
* extension[version].value[x] only string
* extension[version].value[x] 1..1
* extension[calibration].value[x] only string
* extension[calibration].value[x] 1..1
* extension[threshold].value[x] 0..0
* extension[threshold].extension contains
    name 1..1 and
    value 1..1
* extension[threshold].extension[name].value[x] only string
* extension[threshold].extension[name].value[x] 1..1
* extension[threshold].extension[value].value[x] only decimal
* extension[threshold].extension[value].value[x] 1..1
