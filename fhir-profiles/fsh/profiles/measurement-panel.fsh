Profile: HisBundleMeasurementPanel
Parent: Observation
Id: hisbundle-measurement-panel
Title: "Panel of a measuring module"
Description: "The leading resource of one run of a module that measures: it carries the result's id, names everything measured as members, what it was measured on, and the order that it answers; or it is a coded refusal."
* insert Guide
* insert AiLabelled
* insert Refusable
* extension contains NoConfidenceReason named noConfidence 0..1
* extension[noConfidence].url = "__BASE__/StructureDefinition/no-confidence-reason" (exactly)
* extension contains OriginalSubject named originalSubject 0..1
* extension[originalSubject].url = "__BASE__/StructureDefinition/original-subject" (exactly)
// The MeasurementParameter extensions go here too; each is complex, and its parts would be read as slices of this element.
* obeys hb-obs-refused and hb-panel-members and hb-panel-about and hb-confidence-obs
* value[x] 0..0
* subject 1..1
* subject only Reference(Patient)
* effective[x] 1..1
* effective[x] only dateTime or Period
* method 1..1
* device 1..1
* device only Reference(Device)
* hasMember only Reference(Observation)
* note 1..*
* subject and effective[x] and method and device and derivedFrom and hasMember and note MS
