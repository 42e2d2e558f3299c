Extension: ReportRisk
Id: report-risk
Title: "Risk assessment of a report"
Description: "The risk assessment this report words; R4 DiagnosticReport.result holds observations only."
* insert Guide
* insert Extends(DiagnosticReport)
* value[x] only Reference(RiskAssessment)
* valueReference 1..1
