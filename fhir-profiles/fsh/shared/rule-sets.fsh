// One code of his-bundle-concepts. Texts with commas go in [[double brackets]].
RuleSet: Concept(kind, code, display, definition)
* #{code} "{display}" "{definition}"
* #{code} ^property[0].code = #kind
* #{code} ^property[0].valueCode = #{kind}

// Every resource an AI wrote: AI Transparency on FHIR, label; and the research-only sentence.
RuleSet: AiLabelled
* meta 1..1
* meta.security 1..*
* meta.security ^slicing.discriminator.type = #pattern
* meta.security ^slicing.discriminator.path = "$this"
* meta.security ^slicing.rules = #open
* meta.security contains aiAsserted 1..1
* meta.security[aiAsserted] = $OBSVALUE#AIAST
* extension contains ResearchOnly named researchOnly 1..1
* extension[researchOnly].url = "__BASE__/StructureDefinition/research-only" (exactly)
* obeys hb-aiast

RuleSet: Extends(element)
* ^context[+].type = #element
* ^context[=].expression = "{element}"

RuleSet: Refusable
* extension contains Refusal named refusal 0..1
* extension[refusal].url = "__BASE__/StructureDefinition/refusal" (exactly)

RuleSet: Guide
* ^status = #active
* ^experimental = false

// Example instances carry what labelAi adds.
RuleSet: ExampleLabel(profile)
* meta.profile = "__BASE__/StructureDefinition/{profile}"
* meta.security[aiAsserted] = $OBSVALUE#AIAST "Artificial Intelligence asserted"
* extension[researchOnly].valueString = "Research prototype, not a medical device. Not for clinical use. Shipped weights were trained on semi-synthetic data and have not been validated on patients of this hospital; confirm by the standard test before acting."

// Behind ExampleLabel and ExampleNote: a model that was trained on real data says so.
RuleSet: ExampleTrainedOnReal
* extension[researchOnly].valueString = "Research prototype, not a medical device. Not for clinical use. Shipped weights were trained on real data and have not been validated on patients of this hospital; confirm by the standard test before acting."

RuleSet: ExampleNoteOnReal
* note.text = "Research prototype, not a medical device. Not for clinical use. Shipped weights were trained on real data and have not been validated on patients of this hospital; confirm by the standard test before acting."

RuleSet: ExampleNote
* note.text = "Research prototype, not a medical device. Not for clinical use. Shipped weights were trained on semi-synthetic data and have not been validated on patients of this hospital; confirm by the standard test before acting."
