Profile: HisBundleHyperkalemiaRisk
Parent: HisBundleRiskAssessment
Id: hisbundle-hyperkalemia-risk
Title: "Hyperkalaemia risk from one ECG lead"
Description: "What pocket-k says about one ECG: venous potassium above 5.5 mmol/L within one hour, 6.0 and more, below 3.5; or why it says nothing. Never a potassium result."
* insert Guide
* obeys hb-k-ordered and hb-k-window
* method = $HIS#pocket-k
* mitigation 1..1
* prediction ^slicing.discriminator.type = #pattern
* prediction ^slicing.discriminator.path = "outcome"
* prediction ^slicing.rules = #open
* prediction contains above55 1..1 and from60 0..1 and below35 0..1
* prediction[above55].outcome = $SCT#14140009
* prediction[above55].rationale 1..1
* prediction[above55].when[x] 1..1
* prediction[above55].when[x] only Period
* prediction[from60].outcome = $HIS#hyperkalaemia-ge-6.0
* prediction[below35].outcome = $HIS#hypokalaemia-lt-3.5
* mitigation MS
