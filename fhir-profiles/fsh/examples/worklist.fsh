Instance: example-worklist-task
InstanceOf: HisBundleTask
Usage: #example
Title: "Patient mismatch to resolve"
* meta.profile = "__BASE__/StructureDefinition/hisbundle-task"
* status = #requested
* intent = #order
* priority = #routine
* code = $HIS#worklist-patient-mismatch "Resolve a patient mismatch"
* focus = Reference(Observation/example-ecg)
* authoredOn = "2026-01-05T08:30:03.000Z"
* owner.display = "Fallback queue"
* restriction.period.end = "2026-01-06T08:30:03.000Z"
