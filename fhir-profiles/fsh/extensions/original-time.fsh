Extension: OriginalTime
Id: original-time
Title: "Time as it was sent"
Description: "The time as the source wrote it (HL7 DTM, DICOM DT), kept beside the instant."
* insert Guide
* insert Extends(Element)
* value[x] only string
* valueString 1..1
