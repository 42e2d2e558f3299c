Profile: HisBundleCommunication
Parent: Communication
Id: hisbundle-communication
Title: "Delivery of an alert"
Description: "One delivery of one alert to one recipient; says what was told, never more than the alert's sentence."
* insert Guide
* insert AiLabelled
* extension contains OriginalSubject named originalSubject 0..1
* extension[originalSubject].url = "__BASE__/StructureDefinition/original-subject" (exactly)
* category 1..*
* basedOn 1..*
* basedOn only Reference(Task)
* subject 1..1
* subject only Reference(Patient)
* about 1..*
* sent 1..1
* recipient 1..1
* payload 1..*
* payload.content[x] only string
* basedOn and subject and about and sent and recipient and payload MS
