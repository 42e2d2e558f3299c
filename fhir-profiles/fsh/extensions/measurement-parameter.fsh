Extension: MeasurementParameter
Id: measurement-parameter
Title: "Measurement parameter"
Description: "One setting of the run that measured: filters, detector, delineation, leads, window, bootstrap. Together with the tracing they repeat the run."
* insert Guide
* insert Extends(Observation)
* extension contains
    name 1..1 and
    value 1..1
* extension[name].value[x] only string
* extension[name].value[x] 1..1
* extension[value].value[x] only string
* extension[value].value[x] 1..1
