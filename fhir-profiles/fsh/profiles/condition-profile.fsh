Profile: HisBundleConditionProfile
Parent: HisBundleRiskAssessment
Id: hisbundle-condition-profile
Title: "Condition profile from one ECG"
Description: "What anyecg says about one 12-lead ECG: a prediction for each condition that is shown and each horizon, now and within 1, 5 and 10 years, with what is known of its reliability; how many are hidden and why; or why it says nothing. Associations, never causes and never a diagnosis."
* insert Guide
* obeys hb-profile-horizon and hb-profile-counted and hb-profile-relative
* code 1..1
* code = $HIS#anyecg
* method = $HIS#anyecg
* mitigation 1..1
* prediction.when[x] only Range
// The HiddenConditions extension goes here; it is complex, and its parts would be read as slices of this element.
* code and mitigation MS
