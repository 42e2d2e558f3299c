Instance: example-proposal
InstanceOf: HisBundleProposal
Usage: #example
Title: "Proposal of a potassium test"
* meta.profile = "__BASE__/StructureDefinition/hisbundle-proposal"
* meta.security = $OBSVALUE#AIAST "Artificial Intelligence asserted"
* extension[researchOnly].valueString = "Research prototype, not a medical device. Not for clinical use. Shipped weights were trained on semi-synthetic data and have not been validated on patients of this hospital; confirm by the standard test before acting."
* status = #active
* intent = #proposal
* priority = #stat
* category = $HIS#pocket-k "Potassium screen from one ECG lead"
* code = $LNC#2823-3 "Potassium [Moles/volume] in Serum or Plasma"
* subject = Reference(Patient/example-patient)
* authoredOn = "2026-01-05T08:30:03.000Z"
* requester = Reference(Device/example-device)
* supportingInfo = Reference(RiskAssessment/example-hyperkalemia-risk)
* note[0].text = "The ECG screen is in the high band and no potassium was collected in the hour before it: a venous potassium is proposed."
* note[1].text = "Research prototype, not a medical device. Not for clinical use. Shipped weights were trained on semi-synthetic data and have not been validated on patients of this hospital; confirm by the standard test before acting."
