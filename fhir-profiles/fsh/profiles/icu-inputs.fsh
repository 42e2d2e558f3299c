Profile: HisBundleIcuInputs
Parent: HisBundleObservation
Id: hisbundle-icu-inputs
Title: "What an estimate of mortality was made of"
Description: "Every input of the model as it took it: statistics of the first hours of an intensive-care stay, in UCUM. What was not recorded is there without a value and says so; nothing is filled in. component.code.text is the name of the column in model.json."
* insert Guide
* obeys hb-measured
* code = $HIS#icu-inputs
* value[x] 0..0
* component 1..*
* component.code.text 1..1
* component.value[x] only Quantity
* component.value[x] MS
