Instance: example-communication
InstanceOf: HisBundleCommunication
Usage: #example
Title: "Delivery of the alert"
* insert ExampleLabel(hisbundle-communication)
* status = #completed
* category = $HIS#risk-alert "Risk alert"
* basedOn = Reference(Task/example-task)
* subject = Reference(Patient/example-patient)
* about = Reference(RiskAssessment/example-hyperkalemia-risk)
* sent = "2026-01-05T08:30:04.000Z"
* recipient.display = "Fallback queue"
* payload.contentString = "The ECG screen is in the high band. Confirm with venous potassium."
