Instance: example-waveform
InstanceOf: HisBundleWaveformDocument
Usage: #example
Title: "Blob of the simulated ECG"
* meta.profile = "__BASE__/StructureDefinition/hisbundle-waveform-document"
* masterIdentifier.system = $ID-BLOB-SHA256
* masterIdentifier.value = "0f4c3a3e8a5b0d9c6f7e2b1a4d5c8e9f0a1b2c3d4e5f60718293a4b5c6d7e8f9"
* status = #current
* type = $LNC#11524-6 "EKG study"
* subject = Reference(Patient/example-patient)
* content.attachment.contentType = #application/octet-stream
* content.attachment.url = "urn:sha256:0f4c3a3e8a5b0d9c6f7e2b1a4d5c8e9f0a1b2c3d4e5f60718293a4b5c6d7e8f9"
* content.attachment.size = 480512
* content.format = $HIS#waveform-blob-1 "Waveform blob version 1"
