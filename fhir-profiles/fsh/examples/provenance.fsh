Instance: example-provenance
InstanceOf: HisBundleAiProvenance
Usage: #example
Title: "Provenance of the screen"
* meta.profile = "__BASE__/StructureDefinition/hisbundle-ai-provenance"
* extension[preprocessing].valueString = "hb-ecg-1"
* extension[runDigest].valueString = "bb0c3a3e8a5b0d9c6f7e2b1a4d5c8e9f0a1b2c3d4e5f60718293a4b5c6d7e8f9"
* extension[ThresholdPolicy].extension[version].valueString = "site-1"
* extension[ThresholdPolicy].extension[threshold].extension[name].valueString = "medium"
* extension[ThresholdPolicy].extension[threshold].extension[value].valueDecimal = 0.02
* target = Reference(RiskAssessment/example-hyperkalemia-risk)
* occurredDateTime = "2026-01-05T08:30:02.000Z"
* recorded = "2026-01-05T08:30:02.000Z"
* reason[aiAsserted] = $OBSVALUE#AIAST "Artificial Intelligence asserted"
* activity = $DATAOP#CREATE "create"
* agent.type = $PARTICIPANT#author "Author"
* agent.role = $AIDEVICE#Artificial-Intelligence "Artificial Intelligence"
* agent.who = Reference(Device/example-device)
* entity[source].extension.url = "__BASE__/StructureDefinition/input-hash"
* entity[source].extension.valueString = "0f4c3a3e8a5b0d9c6f7e2b1a4d5c8e9f0a1b2c3d4e5f60718293a4b5c6d7e8f9"
* entity[source].role = #source
* entity[source].what.reference = "Observation/example-ecg/_history/1"
* entity[modelCard].role = #derivation
* entity[modelCard].what = Reference(DocumentReference/example-model-card)
