Profile: HisBundleIcuMortality
Parent: HisBundleRiskAssessment
Id: hisbundle-icu-mortality
Title: "Risk of death in an intensive-care stay"
Description: "What cap-icu says of one stay at one moment: the probability of death in hospital, the band, the three findings that weigh most with their values, which similar mispredicted stay was looked at and how far it moved the estimate; or why it says nothing. One voice among several, never for triage by itself."
* insert Guide
* obeys hb-icu-outcome and hb-icu-band and hb-icu-shift
* code 1..1
* code = $HIS#icu-mortality-risk
* method = $HIS#cap-icu
* prediction 1..1
* prediction.outcome = $SCT#419099009
* prediction.when[x] 1..1
* prediction.when[x] only Period
* prediction.rationale 1..1
* code MS
