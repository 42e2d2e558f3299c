Profile: HisBundleEcgMeasurement
Parent: HisBundleObservation
Id: hisbundle-ecg-measurement
Title: "Measurement of an ECG"
Description: "One interval, axis or rate of one ECG, or a group of further features as components; lead-wise values name their lead by MDC. What could not be measured is there with the reason, never as 0."
* insert Guide
* obeys hb-measured and hb-measured-refusal and hb-interval-ordered
* value[x] only Quantity or CodeableConcept or string
* component.value[x] only Quantity or CodeableConcept or string
* component.value[x] MS
