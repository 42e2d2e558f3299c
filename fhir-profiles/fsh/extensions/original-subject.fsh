Extension: OriginalSubject
Id: original-subject
Title: "Subject before a merge"
Description: "The patient this resource was first filed under, kept when a merge moved it, so that a person can split the two again (HL7 v2 A40)."
* insert Guide
* insert Extends(DomainResource)
* value[x] only Reference(Patient)
* valueReference 1..1
