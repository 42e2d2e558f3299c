Profile: HisBundleModelCard
Parent: DocumentReference
Id: hisbundle-model-card
Title: "Model card"
Description: "The card of one model version in Markdown (AI Transparency on FHIR, AI-ModelCard): population, exclusions, metrics with intervals, intended use, limits, training data."
* insert Guide
* identifier 1..*
* type 1..1
* type = $AIINPUTS#AIModelCard
* category 1..*
* category ^slicing.discriminator.type = #pattern
* category ^slicing.discriminator.path = "$this"
* category ^slicing.rules = #open
* category contains markdown 1..1
* category[markdown] = $AIINPUTS#AIModelCardMarkdownFormat
* content 1..1
* content.attachment.contentType 1..1
* content.attachment.contentType = #text/markdown
* content.attachment.data 1..1
* identifier and type and category and content MS
