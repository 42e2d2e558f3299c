Profile: HisBundleLanguageModelExchange
Parent: DocumentReference
Id: hisbundle-language-model-exchange
Title: "Exchange with a language model"
Description: "What a language model was asked for one result and what it answered, as JSON: each question with its words and their sha256, every attempt with what became of it, and the answer that passed. Without identifiers of the patient inside; for the audit of an answer that cannot be had again."
* insert Guide
* insert AiLabelled
* extension contains OriginalSubject named originalSubject 0..1
* extension[originalSubject].url = "__BASE__/StructureDefinition/original-subject" (exactly)
* type 1..1
* type = $HIS#language-model-exchange
* subject 1..1
* subject only Reference(Patient)
* content 1..1
* content.attachment.contentType 1..1
* content.attachment.contentType = #application/json
* content.attachment.data 1..1
* context 1..1
* context.related 1..*
* type and subject and content and context MS
