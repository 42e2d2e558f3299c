Profile: HisBundleEcgChange
Parent: HisBundleObservation
Id: hisbundle-ecg-change
Title: "Change between two ECGs of one person"
Description: "Later minus earlier value of one quantity, beside the reference change value that an unchanged person is expected to stay within, and the verdict. Derived from both tracings."
* insert Guide
* obeys hb-change
* value[x] 1..1
* value[x] only Quantity
* derivedFrom 2..*
* interpretation 1..1
* interpretation.coding 1..1
* interpretation.coding from EcgChanges (required)
* component ^slicing.discriminator.type = #pattern
* component ^slicing.discriminator.path = "code"
* component ^slicing.rules = #open
* component contains referenceChangeValue 1..1 and earlier 1..1
* component[referenceChangeValue].code = $HIS#reference-change-value
* component[referenceChangeValue].value[x] 1..1
* component[referenceChangeValue].value[x] only Quantity
* component[earlier].code = $HIS#earlier-value
* component[earlier].value[x] 1..1
* component[earlier].value[x] only Quantity
* interpretation and component MS
