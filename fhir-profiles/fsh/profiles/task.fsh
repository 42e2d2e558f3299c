Profile: HisBundleTask
Parent: Task
Id: hisbundle-task
Title: "Alert or worklist item"
Description: "Asks a person to act: acknowledge a risk alert, or resolve a worklist item. Acknowledgement is the change of its status by a named person; reading is not. No owner is never silence: the owner is then the fallback queue."
* insert Guide
* extension contains ResearchOnly named researchOnly 0..1
* extension[researchOnly].url = "__BASE__/StructureDefinition/research-only" (exactly)
* extension contains AlertBand named band 0..1
* extension[band].url = "__BASE__/StructureDefinition/alert-band" (exactly)
* extension contains OriginalSubject named originalSubject 0..1
* extension[originalSubject].url = "__BASE__/StructureDefinition/original-subject" (exactly)
* obeys hb-alert-task
* intent = #order
* priority 1..1
* code 1..1
* code from TaskCodes (required)
* authoredOn 1..1
* owner 1..1
* restriction 1..1
* restriction.period 1..1
* restriction.period.end 1..1
* priority and code and for and focus and owner and restriction MS
