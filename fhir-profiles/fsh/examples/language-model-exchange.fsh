Instance: example-language-model-exchange
InstanceOf: HisBundleLanguageModelExchange
Usage: #example
Title: "Exchange with a language model"
* insert ExampleLabel(hisbundle-language-model-exchange)
* status = #current
* type = $HIS#language-model-exchange "Exchange with a language model"
* subject = Reference(Patient/example-patient)
* content.attachment.contentType = #application/json
* content.attachment.data = "e30="
* context.related = Reference(RiskAssessment/example-icu-mortality)
