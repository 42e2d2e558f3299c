Profile: HisBundleEcgObservation
Parent: Observation
Id: hisbundle-ecg-observation
Title: "ECG tracing"
Description: "One ECG as it was received, of any length. Up to 60 s the samples stand here, one component a lead; always in the waveform document it is derived from. Written by the record step, not by an AI."
* insert Guide
* extension contains OriginalSubject named originalSubject 0..1
* extension[originalSubject].url = "__BASE__/StructureDefinition/original-subject" (exactly)
// The MessageSource extension goes here too; it is complex, and its parts would be read as slices of this element.
* extension contains SampleDigest named sampleDigest 0..1
* extension[sampleDigest].url = "__BASE__/StructureDefinition/sample-digest" (exactly)
* obeys hb-ecg-samples
* identifier ^slicing.discriminator.type = #value
* identifier ^slicing.discriminator.path = "system"
* identifier ^slicing.rules = #open
* identifier contains tracing 0..1
* identifier[tracing].system 1..1
* identifier[tracing].system = $ID-TRACING
* identifier[tracing].value 1..1
* category 1..*
* category ^slicing.discriminator.type = #pattern
* category ^slicing.discriminator.path = "$this"
* category ^slicing.rules = #open
* category contains procedure 1..1
* category[procedure] = $CATEGORY#procedure
* code = $LNC#11524-6
* subject only Reference(Patient)
* effective[x] 1..1
* effective[x] only dateTime
* derivedFrom only Reference(DocumentReference or Observation)
* component.code from EcgLeads (extensible)
* component.value[x] only SampledData
* component.valueSampledData.origin.unit 1..1
* component.valueSampledData.data 1..1
* category and code and subject and effective[x] and derivedFrom and component MS
