Profile: HisBundleComorbidityLift
Parent: HisBundleObservation
Id: hisbundle-comorbidity-lift
Title: "Comorbidity lift of shown conditions"
Description: "How much more often two shown conditions stood together in the training labels than by chance: a shrunk log odds ratio for each pair, whose two codes stand in the component's code. Says nothing of this person, and nothing of causes."
* insert Guide
* code = $HIS#comorbidity-lift
* value[x] 0..0
* component 1..*
* component.code.coding 2..*
* component.value[x] 1..1
* component.value[x] only Quantity
* component MS
