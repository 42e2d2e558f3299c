Profile: HisBundleEstimatedPotassiumShift
Parent: HisBundleObservation
Id: hisbundle-estimated-potassium-shift
Title: "Potassium that would fit the ECG"
Description: "The potassium in mmol/L that would fit one ECG, with its interval, where the site asked for it; or why there is none. Never a laboratory potassium, and never under the code of one."
* insert Guide
* obeys hb-potassium-local and hb-potassium-interval
* code = $HIS#estimated-potassium-shift
* value[x] only Quantity
* valueQuantity.system = $UCUM
* valueQuantity.code = #mmol/L
* method = $HIS#pocket-k
* code and value[x] and dataAbsentReason MS
