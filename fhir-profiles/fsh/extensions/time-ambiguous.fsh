Extension: TimeAmbiguous
Id: time-ambiguous
Title: "Ambiguous time"
Description: "True where a time without zone fell into the hour that the end of daylight saving repeats: barred from windows under two hours."
* insert Guide
* insert Extends(Element)
* value[x] only boolean
* valueBoolean 1..1
