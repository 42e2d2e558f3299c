Instance: example-feature-table
InstanceOf: HisBundleFeatureTable
Usage: #example
Title: "Feature table"
* insert ExampleLabel(hisbundle-feature-table)
* status = #current
* type = $HIS#ecg-feature-table "ECG feature table"
* subject = Reference(Patient/example-patient)
* content.attachment.contentType = #text/csv
* content.attachment.data = "aWQ="
