Profile: HisBundleEcgomicsReport
Parent: HisBundleDiagnosticReport
Id: hisbundle-ecgomics-report
Title: "Report of the measurements of one ECG"
Description: "The measurements of one ECG for a reader: every Observation of the run, one page as PDF and SVG, the whole table as CSV, and a conclusion made of fixed sentences only. Measured by software, not over-read."
* insert Guide
* code = $LNC#11524-6
* result 1..*
* presentedForm.contentType 1..1
* presentedForm.data 1..1
* result and presentedForm MS
