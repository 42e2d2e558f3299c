Extension: ReportBasis
Id: report-basis
Title: "What a report of performance rests on"
Description: "Label that was judged, the data (a folder, or the closed loop of this server), which model, the cut at or above which a case counts as positive and who chose it, and how many bootstrap draws the intervals have."
* insert Guide
* insert Extends(MeasureReport)
* extension contains
    label 1..1 and
    data 1..1 and
    model 1..1 and
    draws 1..1 and
    threshold 0..1 and
    thresholdOrigin 0..1
* extension[label].value[x] only string
* extension[label].value[x] 1..1
* extension[data].value[x] only string
* extension[data].value[x] 1..1
* extension[model].value[x] only string
* extension[model].value[x] 1..1
* extension[draws].value[x] only integer
* extension[draws].value[x] 1..1
* extension[threshold].value[x] only decimal
* extension[threshold].value[x] 1..1
* extension[thresholdOrigin].value[x] only code
* extension[thresholdOrigin].value[x] 1..1
