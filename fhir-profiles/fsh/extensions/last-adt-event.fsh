Extension: LastAdtEvent
Id: last-adt-event
Title: "Last ADT event"
Description: "When the newest event that was applied had been recorded (EVN-2): an older one never overwrites a newer one."
* insert Guide
* insert Extends(DomainResource)
* value[x] only instant
* value[x] 1..1
