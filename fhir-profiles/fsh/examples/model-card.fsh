Instance: example-model-card
InstanceOf: HisBundleModelCard
Usage: #example
Title: "Model card"
* meta.profile = "__BASE__/StructureDefinition/hisbundle-model-card"
* identifier.system = $ID-MODEL-CARD
* identifier.value = "aa0c3a3e8a5b0d9c6f7e2b1a4d5c8e9f0a1b2c3d4e5f60718293a4b5c6d7e8f9"
* status = #current
* type = $AIINPUTS#AIModelCard "AI Model-Card"
* category[markdown] = $AIINPUTS#AIModelCardMarkdownFormat "Markdown Format"
* content.attachment.contentType = #text/markdown
* content.attachment.data = "IyBwb2NrZXQtawo="
