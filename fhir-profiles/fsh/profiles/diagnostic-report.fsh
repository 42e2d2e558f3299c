Profile: HisBundleDiagnosticReport
Parent: DiagnosticReport
Id: hisbundle-diagnostic-report
Title: "Report of a module"
Description: "The words of a result for a reader, and the answer to an order; or a coded refusal with its reason in the conclusion."
* insert Guide
* insert AiLabelled
* insert Refusable
* extension contains ReportRisk named risk 0..*
* extension[risk].url = "__BASE__/StructureDefinition/report-risk" (exactly)
* extension contains OriginalSubject named originalSubject 0..1
* extension[originalSubject].url = "__BASE__/StructureDefinition/original-subject" (exactly)
* obeys hb-report-refused
* subject 1..1
* subject only Reference(Patient)
* effective[x] 1..1
* conclusion 1..1
* subject and effective[x] and conclusion MS
