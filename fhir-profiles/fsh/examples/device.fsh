Instance: example-device
InstanceOf: HisBundleAiDevice
Usage: #example
Title: "Pocket-K, first version"
* meta.profile = "__BASE__/StructureDefinition/hisbundle-ai-device"
* extension[aiKind].valueCodeableConcept = $AIDEVICE#Deep-Learning-Models "Deep Learning Models"
* extension[modelCard].valueReference = Reference(DocumentReference/example-model-card)
* identifier[modelSha256].system = $ID-MODEL-SHA256
* identifier[modelSha256].value = "aa0c3a3e8a5b0d9c6f7e2b1a4d5c8e9f0a1b2c3d4e5f60718293a4b5c6d7e8f9"
* status = #active
* manufacturer = "His Bundle"
* deviceName.name = "pocket-k"
* deviceName.type = #model-name
* modelNumber = "pocket-k/1"
* type = $AIDEVICE#Artificial-Intelligence "Artificial Intelligence"
* version[model].type = $HIS#model-version "Model version"
* version[model].value = "1.0.0"
* version[sha256].type = $HIS#model-sha256 "Model sha256"
* version[sha256].value = "aa0c3a3e8a5b0d9c6f7e2b1a4d5c8e9f0a1b2c3d4e5f60718293a4b5c6d7e8f9"
* safety = $HIS#research-only-device "Research only"
