Profile: HisBundleAiProvenance
Parent: Provenance
Id: hisbundle-ai-provenance
Title: "Provenance of an AI result"
Description: "Which model wrote the targets, from which versions of which inputs, by which preprocessing, thresholds and calibration (AI Transparency on FHIR, AI-Provenance)."
* insert Guide
* extension contains Preprocessing named preprocessing 1..1
* extension[preprocessing].url = "__BASE__/StructureDefinition/preprocessing" (exactly)
* extension contains RunDigest named runDigest 1..1
* extension[runDigest].url = "__BASE__/StructureDefinition/run-digest" (exactly)
// The ThresholdPolicy extension goes here too; it is complex, and its parts would be read as slices of this element.
* obeys hb-input-hash
* occurred[x] 1..1
* occurred[x] only dateTime
* reason 1..*
* reason ^slicing.discriminator.type = #pattern
* reason ^slicing.discriminator.path = "$this"
* reason ^slicing.rules = #open
* reason contains aiAsserted 1..1
* reason[aiAsserted] = $OBSVALUE#AIAST
* activity 1..1
* obeys hb-ai-agent
* entity 2..*
* entity obeys hb-versioned
* entity ^slicing.discriminator.type = #value
* entity ^slicing.discriminator.path = "role"
* entity ^slicing.rules = #open
* entity contains source 1..* and modelCard 1..*
* entity[source].role = #source
* entity[modelCard].role = #derivation
* occurred[x] and reason and activity and agent and entity MS
