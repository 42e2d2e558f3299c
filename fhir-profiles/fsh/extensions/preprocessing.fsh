Extension: Preprocessing
Id: preprocessing
Title: "Preprocessing id"
Description: "The preprocessing that stood before the model (specs README, section E); ids are never redefined."
* insert Guide
* insert Extends(Provenance)
* value[x] only string
* valueString 1..1
