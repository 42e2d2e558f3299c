Extension: BootstrapInterval
Id: bootstrap-interval
Title: "Bootstrap interval"
Description: "95 % interval of a value by resampling what it was measured on, in the unit of the value, and how many there were. In an Observation: beats, or windows of a long recording; it says how repeatable the measurement is within this recording, not how true it is. In a MeasureReport: patients, with all their cases; n counts the cases."
* insert Guide
* insert Extends(Observation)
* insert Extends(Observation.component)
* insert Extends(MeasureReport.group)
* insert Extends(MeasureReport.group.stratifier.stratum)
* extension contains
    low 1..1 and
    high 1..1 and
    n 1..1
* extension[low].value[x] only decimal
* extension[low].value[x] 1..1
* extension[high].value[x] only decimal
* extension[high].value[x] 1..1
* extension[n].value[x] only integer
* extension[n].value[x] 1..1
