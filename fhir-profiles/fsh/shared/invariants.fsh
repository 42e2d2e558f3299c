Invariant: hb-aiast
Description: "A resource that an AI wrote carries the security label AIAST."
Severity: #error
Expression: "meta.security.where(system = 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue' and code = 'AIAST').exists()"

Invariant: hb-confidence
Description: "A result says how likely it is to be correct (AIconfidence), or why it does not say so; a refusal needs neither."
Severity: #error
Expression: "status = 'cancelled' or status = 'entered-in-error' or (extension | prediction.extension).where(url = 'http://hl7.org/fhir/uv/aitransparency/StructureDefinition/AIconfidence' or url = '__BASE__/StructureDefinition/no-confidence-reason').exists()"

Invariant: hb-risk-refused
Description: "A cancelled assessment is a refusal: each prediction carries the reason, and no number."
Severity: #error
Expression: "status = 'cancelled' implies prediction.all(probability.empty() and extension.where(url = '__BASE__/StructureDefinition/refusal').exists())"

Invariant: hb-prediction-number
Description: "A prediction has a probability, or a data-absent-reason and no probability: a number is never made up."
Severity: #error
Expression: "probability.exists() xor extension.where(url = 'http://hl7.org/fhir/StructureDefinition/data-absent-reason').exists()"

Invariant: hb-probability
Description: "A probability lies between 0 and 1."
Severity: #error
Expression: "$this >= 0.0 and $this <= 1.0"

Invariant: hb-k-ordered
Description: "Potassium of 6.0 mmol/L and more is never more likely than potassium above 5.5 mmol/L."
Severity: #error
Expression: "prediction.where(outcome.coding.where(code = 'hyperkalaemia-ge-6.0').exists()).probability.empty() or prediction.where(outcome.coding.where(code = '14140009').exists()).probability.empty() or prediction.where(outcome.coding.where(code = 'hyperkalaemia-ge-6.0').exists()).probability <= prediction.where(outcome.coding.where(code = '14140009').exists()).probability"

Invariant: hb-obs-refused
Description: "A cancelled observation is a refusal: dataAbsentReason and refusal code, and no value."
Severity: #error
Expression: "status = 'cancelled' implies (value.empty() and dataAbsentReason.exists() and extension.where(url = '__BASE__/StructureDefinition/refusal').exists())"

Invariant: hb-obs-value
Description: "A derived observation has a value, components, or the reason why there is none."
Severity: #error
Expression: "value.exists() or component.exists() or dataAbsentReason.exists()"

Invariant: hb-report-refused
Description: "A cancelled report carries the refusal code; its conclusion says why."
Severity: #error
Expression: "status = 'cancelled' implies extension.where(url = '__BASE__/StructureDefinition/refusal').exists()"

Invariant: hb-ecg-samples
Description: "The samples stand in components, or the waveform document is named, or both."
Severity: #error
Expression: "component.value.exists() or derivedFrom.exists()"

Invariant: hb-versioned
Description: "An input is named with its version."
Severity: #error
Expression: "role != 'source' or (what.reference | what.identifier.value).where(contains('/_history/')).exists()"

Invariant: hb-input-hash
Description: "At least one source carries the sha256 of what was read from it."
Severity: #error
Expression: "entity.where(role = 'source').extension.where(url = '__BASE__/StructureDefinition/input-hash').exists()"

Invariant: hb-sha256
Description: "64 lower-case hexadecimal digits."
Severity: #error
Expression: "matches('^[0-9a-f]{64}$')"

Invariant: hb-alert-task
Description: "A risk alert says whom it is for and which result it is about, and carries AIAST and the research-only sentence."
Severity: #error
Expression: "code.coding.where(code = 'risk-alert').exists() implies (for.exists() and focus.exists() and meta.security.where(code = 'AIAST').exists() and extension.where(url = '__BASE__/StructureDefinition/research-only').exists())"

Invariant: hb-proposal-label
Description: "A proposal that follows a result of an AI names its Device, carries AIAST and the research-only sentence."
Severity: #error
Expression: "requester.exists() implies (meta.security.where(code = 'AIAST').exists() and extension.where(url = '__BASE__/StructureDefinition/research-only').exists())"

Invariant: hb-ai-agent
Description: "Exactly one agent has the role Artificial-Intelligence; it has a type and names its Device."
Severity: #error
Expression: "agent.where(role.coding.where(system = 'http://hl7.org/fhir/uv/aitransparency/CodeSystem/AIdeviceTypeCS' and code = 'Artificial-Intelligence').exists() and type.exists() and who.reference.startsWith('Device/')).count() = 1"

Invariant: hb-refusal-code
Description: "A refusal code stands only where there is no number, beside data-absent-reason."
Severity: #error
Expression: "extension.where(url = '__BASE__/StructureDefinition/refusal').exists() implies extension.where(url = 'http://hl7.org/fhir/StructureDefinition/data-absent-reason').exists()"

// Held at the root as well as in the slice: not every validator enters slices.
Invariant: hb-k-window
Description: "The prediction of potassium above 5.5 mmol/L says for which time it holds, and what it means."
Severity: #error
Expression: "prediction.where(outcome.coding.where(code = '14140009').exists()).all(when.exists() and rationale.exists())"

Invariant: hb-model-sha256
Description: "The identifier of the model is a sha256."
Severity: #error
Expression: "identifier.where(system = '__BASE__/identifier/model-sha256').all(value.matches('^[0-9a-f]{64}$'))"

Invariant: hb-panel-members
Description: "A panel names what was measured; a cancelled one is a refusal and names nothing."
Severity: #error
Expression: "(status = 'cancelled') != hasMember.exists()"

Invariant: hb-panel-about
Description: "A panel is about a tracing, or answers an order that found none."
Severity: #error
Expression: "derivedFrom.exists() or basedOn.exists()"

Invariant: hb-measured
Description: "Every component has a value or the reason why there is none, and never both."
Severity: #error
Expression: "component.all(value.exists() xor dataAbsentReason.exists()) and (value.exists() implies dataAbsentReason.empty())"

Invariant: hb-measured-refusal
Description: "What was not measured says why by a code of his-bundle-concepts."
Severity: #error
Expression: "(dataAbsentReason.exists() implies extension.where(url = '__BASE__/StructureDefinition/refusal').exists()) and component.where(dataAbsentReason.exists()).all(extension.where(url = '__BASE__/StructureDefinition/refusal').exists())"

Invariant: hb-interval-ordered
Description: "The low end of an interval does not lie above the high end. Held at the root: not every validator enters extensions."
Severity: #error
Expression: "(extension | component.extension).where(url = '__BASE__/StructureDefinition/bootstrap-interval').all(extension.where(url = 'low').value <= extension.where(url = 'high').value)"

Invariant: hb-confidence-obs
Description: "A panel says how likely it is to be correct, or why it does not say so; a refusal needs neither."
Severity: #error
Expression: "status = 'cancelled' or status = 'entered-in-error' or extension.where(url = 'http://hl7.org/fhir/uv/aitransparency/StructureDefinition/AIconfidence' or url = '__BASE__/StructureDefinition/no-confidence-reason').exists()"

Invariant: hb-change
Description: "The verdict is the comparison of the difference with the reference change value."
Severity: #error
Expression: "interpretation.coding.where(code = 'ecg-changed').exists() = (value.value.abs() > component.where(code.coding.code = 'reference-change-value').value.value)"

// Held at the root: not every validator enters a sliced prediction.
Invariant: hb-icu-outcome
Description: "The outcome is death, with the time it is about."
Severity: #error
Expression: "prediction.all(outcome.coding.where(system = 'http://snomed.info/sct' and code = '419099009').exists() and when.exists() and rationale.exists())"

Invariant: hb-icu-band
Description: "An estimate stands with its band of his-bundle-concepts; a refusal has neither."
Severity: #error
Expression: "prediction.all(probability.exists() = qualitativeRisk.coding.where(system = '__BASE__/CodeSystem/his-bundle-concepts').exists())"

Invariant: hb-icu-shift
Description: "An estimate says what it was before any case, and by how much cases moved it."
Severity: #error
Expression: "prediction.where(probability.exists()).all(extension.where(url = '__BASE__/StructureDefinition/case-based-shift').exists())"

Invariant: hb-flip
Description: "A flip is a difference of two probabilities; what is not informative is coded so."
Severity: #error
Expression: "component.all((value.exists() implies (value.value + 1.0 >= 0.0 and value.value <= 1.0)) and (dataAbsentReason.exists() implies dataAbsentReason.coding.where(code = 'flip-not-informative').exists()))"

Invariant: hb-report-score
Description: "Every score of a report is a number, or says why it is not shown: never both, never neither."
Severity: #error
Expression: "(group.measureScore | group.stratifier.stratum.measureScore).all(value.exists() xor extension.where(url = 'http://hl7.org/fhir/StructureDefinition/data-absent-reason').exists())"

Invariant: hb-report-interval
Description: "The interval of a shown score has its low end not above its high end, and a masked score has none."
Severity: #error
Expression: "(group | group.stratifier.stratum).all(extension.where(url = '__BASE__/StructureDefinition/bootstrap-interval').all(extension.where(url = 'low').value <= extension.where(url = 'high').value)) and (group | group.stratifier.stratum).where(measureScore.value.empty()).extension.where(url = '__BASE__/StructureDefinition/bootstrap-interval').empty()"

Invariant: hb-report-basis
Description: "A report of performance says what it rests on."
Severity: #error
Expression: "extension.where(url = '__BASE__/StructureDefinition/report-basis').count() = 1"

Invariant: hb-fairness-reference
Description: "A difference between groups stands beside the same difference between groups that mean nothing."
Severity: #error
Expression: "group.where(measureScore.value.exists()).all(extension.where(url = '__BASE__/StructureDefinition/permutation-reference').exists())"

Invariant: hb-potassium-local
Description: "An estimate from the ECG never carries a code of the laboratory."
Severity: #error
Expression: "code.coding.where(system = 'http://loinc.org').empty()"

Invariant: hb-potassium-interval
Description: "An estimated potassium stands with its interval, its low end not above its high end."
Severity: #error
Expression: "value.exists() implies extension.where(url = '__BASE__/StructureDefinition/prediction-interval').where(extension.where(url = 'low').value <= extension.where(url = 'high').value).count() = 1"

// Held at the root: not every validator enters predictions.
Invariant: hb-profile-horizon
Description: "A number of a condition profile says for which years it holds, and what is known of its reliability."
Severity: #error
Expression: "prediction.where(probability.exists()).all(when.exists() and rationale.exists())"

Invariant: hb-profile-counted
Description: "A condition profile counts what it shows and what it hides; a refusal hides nothing."
Severity: #error
Expression: "status = 'cancelled' or status = 'entered-in-error' or extension.where(url = '__BASE__/StructureDefinition/hidden-conditions').count() = 1"

Invariant: hb-profile-relative
Description: "A relative risk stands beside a probability only."
Severity: #error
Expression: "prediction.all(relativeRisk.exists() implies probability.exists())"
