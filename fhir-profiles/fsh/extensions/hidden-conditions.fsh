Extension: HiddenConditions
Id: hidden-conditions
Title: "Conditions not shown"
Description: "How many labels the model has, how many of them the result shows, and how many it hides for which reason (specs 04, floor rule). Nothing else is said of a hidden one."
* insert Guide
* insert Extends(RiskAssessment)
* extension contains
    total 1..1 and
    shown 1..1 and
    hidden 0..*
* extension[total].value[x] only integer
* extension[total].value[x] 1..1
* extension[shown].value[x] only integer
* extension[shown].value[x] 1..1
* extension[hidden].value[x] 0..0
* extension[hidden].extension contains
    reason 1..1 and
    count 1..1
* extension[hidden].extension[reason].value[x] only code
* extension[hidden].extension[reason].value[x] 1..1
* extension[hidden].extension[count].value[x] only integer
* extension[hidden].extension[count].value[x] 1..1
