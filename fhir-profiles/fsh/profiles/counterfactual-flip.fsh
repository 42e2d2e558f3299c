Profile: HisBundleCounterfactualFlip
Parent: HisBundleObservation
Id: hisbundle-counterfactual-flip
Title: "Estimate with one protected attribute changed"
Description: "By how much an estimate would have differed for the same stay of a person of the other sex, another recorded race, or ten years older or younger, all else equal: served probability after minus before. Where nothing reads the attribute there is no number and the reason flip-not-informative: a difference of 0 that could not be otherwise proves nothing."
* insert Guide
* obeys hb-measured and hb-flip
* code = $HIS#counterfactual-flip
* value[x] 0..0
* component 1..*
* component.value[x] only Quantity
* component.value[x] MS
