Profile: HisBundleFeatureTable
Parent: DocumentReference
Id: hisbundle-feature-table
Title: "Feature table of one ECG"
Description: "Every feature of one tracing as CSV, absent ones with their reason."
* insert Guide
* insert AiLabelled
* extension contains OriginalSubject named originalSubject 0..1
* extension[originalSubject].url = "__BASE__/StructureDefinition/original-subject" (exactly)
* type 1..1
* type = $HIS#ecg-feature-table
* subject 1..1
* subject only Reference(Patient)
* content 1..1
* content.attachment.contentType 1..1
* content.attachment.contentType = #text/csv
* content.attachment.data 1..1
* type and subject and content MS
