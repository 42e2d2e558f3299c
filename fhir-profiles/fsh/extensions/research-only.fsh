Extension: ResearchOnly
Id: research-only
Title: "Research-only sentence"
Description: "The sentence that every AI result carries: what kind of data the weights were trained on, and that it is not for clinical use (specs README, section O)."
* insert Guide
* insert Extends(DomainResource)
* value[x] only string
* valueString 1..1
