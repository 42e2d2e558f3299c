Profile: HisBundleProposal
Parent: ServiceRequest
Id: hisbundle-proposal
Title: "Proposal of a test"
Description: "A test that a module proposes after one of its results, or after what the laboratory could not say. Never an order: a person decides. Withdrawn (revoked) when the reason goes or the test has come."
* insert Guide
* extension contains ResearchOnly named researchOnly 0..1
* extension[researchOnly].url = "__BASE__/StructureDefinition/research-only" (exactly)
* extension contains OriginalSubject named originalSubject 0..1
* extension[originalSubject].url = "__BASE__/StructureDefinition/original-subject" (exactly)
* intent = #proposal
* code 1..1
* subject only Reference(Patient)
* authoredOn 1..1
* obeys hb-proposal-label
* category 1..*
* requester only Reference(Device)
// R4 lets reasonReference name no RiskAssessment: the report of the result stands there, the assessment here.
* supportingInfo 1..*
* note 1..*
* status and intent and code and subject and supportingInfo and reasonReference and note MS
