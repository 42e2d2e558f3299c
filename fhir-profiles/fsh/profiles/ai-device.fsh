Profile: HisBundleAiDevice
Parent: Device
Id: hisbundle-ai-device
Title: "Model as a device"
Description: "One version of one model (AI Transparency on FHIR, AI-Device): its sha256 identifies it and makes its id."
* insert Guide
* obeys hb-model-sha256
* extension contains AiKind named aiKind 1..*
* extension[aiKind].url = "http://hl7.org/fhir/uv/aitransparency/StructureDefinition/aitransparency.AIKind" (exactly)
* extension contains ModelCardDescription named modelCard 1..1
* extension[modelCard].url = "http://hl7.org/fhir/uv/aitransparency/StructureDefinition/aitransparency.modelCardDescription" (exactly)
* identifier 1..*
* identifier ^slicing.discriminator.type = #value
* identifier ^slicing.discriminator.path = "system"
* identifier ^slicing.rules = #open
* identifier contains modelSha256 1..1
* identifier[modelSha256].system 1..1
* identifier[modelSha256].system = $ID-MODEL-SHA256
* identifier[modelSha256].value 1..1
* identifier[modelSha256].value obeys hb-sha256
* manufacturer 1..1
* deviceName 1..*
* modelNumber 1..1
* type 1..1
* type = $AIDEVICE#Artificial-Intelligence
* version 2..*
* version ^slicing.discriminator.type = #pattern
* version ^slicing.discriminator.path = "type"
* version ^slicing.rules = #open
* version contains model 1..1 and sha256 1..1
* version[model].type 1..1
* version[model].type = $HIS#model-version
* version[sha256].type 1..1
* version[sha256].type = $HIS#model-sha256
* safety 1..*
* identifier and manufacturer and deviceName and modelNumber and type and version and safety MS
