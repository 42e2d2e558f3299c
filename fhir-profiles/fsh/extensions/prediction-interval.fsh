Extension: PredictionInterval
Id: prediction-interval
Title: "Prediction interval"
Description: "Between which values the true value is expected, in the unit of the estimate, and how often that was so on calibration data (split conformal prediction): coverage 0.9 means nine times in ten. It holds for patients like those of the calibration data."
* insert Guide
* insert Extends(Observation)
* extension contains
    low 1..1 and
    high 1..1 and
    coverage 1..1
* extension[low].value[x] only decimal
* extension[low].value[x] 1..1
* extension[high].value[x] only decimal
* extension[high].value[x] 1..1
* insert Fraction(coverage)
