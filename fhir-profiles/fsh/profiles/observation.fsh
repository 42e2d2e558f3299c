Profile: HisBundleObservation
Parent: Observation
Id: hisbundle-observation
Title: "Derived observation of a module"
Description: "A measured, derived or estimated quantity, or the quality verdict, of one module about its input; or a coded refusal."
* insert Guide
* insert AiLabelled
* insert Refusable
* extension contains AiConfidence named confidence 0..*
* extension[confidence].url = "http://hl7.org/fhir/uv/aitransparency/StructureDefinition/AIconfidence" (exactly)
* extension contains NoConfidenceReason named noConfidence 0..1
* extension[noConfidence].url = "__BASE__/StructureDefinition/no-confidence-reason" (exactly)
* extension contains OriginalSubject named originalSubject 0..1
* extension[originalSubject].url = "__BASE__/StructureDefinition/original-subject" (exactly)
* obeys hb-obs-refused and hb-obs-value
* subject 1..1
* subject only Reference(Patient)
* effective[x] 1..1
* effective[x] only dateTime or Period
* method 1..1
* device 1..1
* device only Reference(Device)
* derivedFrom 1..*
* note 1..*
* subject and effective[x] and method and device and derivedFrom and note MS
