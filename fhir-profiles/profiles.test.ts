import type { Resource } from '@medplum/fhirtypes'
import { conformanceChecker, readExamples, readProfiles } from './conformance.ts'
import { CODE_SYSTEM, EXTENSION, HIS, PROFILE, VALUE_SET } from './index.ts'

const check = conformanceChecker()
const examples = readExamples()

const example = (id: string): Resource => {
  const found = examples.find((one) => one.id === id)
  if (found === undefined) throw new Error(`no example ${id}`)
  return structuredClone(found)
}

/** A copy changed by `change`, checked against the profile it claims. */
function complaints(id: string, change: Edit): string[] {
  const resource = example(id)
  change(resource)
  return check(resource, resource.meta?.profile?.[0] ?? '')
}

describe('examples of the guide', () => {
  const claimed = examples.filter((one) => one.meta?.profile)

  test.each(claimed.map((one) => [`${one.resourceType}/${one.id}`, one]))(
    '%s conforms to its profile',
    (_name, one) => {
      expect(check(one as Resource, (one as Resource).meta?.profile?.[0] ?? '')).toEqual([])
    }
  )

  test('every profile has one', () => {
    const used = new Set(claimed.flatMap((one) => one.meta?.profile ?? []))
    expect(Object.values(PROFILE).filter((url) => !used.has(url))).toEqual([])
  })
})

type Edit = (resource: Resource) => void

/** The holder of the last step of a dotted path, and that step. */
function holder(resource: Resource, path: string): [Record<string, unknown>, string] {
  const steps = path.split('.')
  const last = steps.pop() ?? ''
  let at = resource as unknown as Record<string, unknown>
  for (const step of steps) at = at[step] as Record<string, unknown>
  return [at, last]
}

const set =
  (path: string, value: unknown): Edit =>
  (resource) => {
    const [at, last] = holder(resource, path)
    at[last] = value
  }

const drop =
  (...paths: string[]): Edit =>
  (resource) => {
    for (const path of paths) {
      const [at, last] = holder(resource, path)
      if (Array.isArray(at)) at.splice(Number(last), 1)
      else delete at[last]
    }
  }

const dropExtension =
  (url: string): Edit =>
  (resource) => {
    const from = resource as { extension?: { url: string }[] }
    const kept = (from.extension ?? []).filter((one) => one.url !== url)
    if (kept.length > 0) from.extension = kept
    else delete from.extension
  }

const BAND = { coding: [{ ...HIS['icu-risk-low'] }] }

/** What a profile must refuse: example, what is done to it, a word of the complaint. */
const BREAKS: [string, string, Edit, RegExp][] = [
  ['example-hyperkalemia-risk', 'no AIAST', drop('meta.security'), /security|hb-aiast/],
  ['example-hyperkalemia-risk', 'another label instead', set('meta.security.0.code', 'CLINAST'), /hb-aiast/],
  ['example-hyperkalemia-risk', 'no research-only sentence', dropExtension(EXTENSION.researchOnly), /researchOnly/],
  [
    'example-hyperkalemia-risk',
    'no confidence and no reason',
    dropExtension(EXTENSION.noConfidenceReason),
    /hb-confidence/
  ],
  ['example-hyperkalemia-risk', 'probability above 1', set('prediction.0.probabilityDecimal', 1.2), /hb-probability/],
  ['example-hyperkalemia-risk', 'probability below 0', set('prediction.0.probabilityDecimal', -0.1), /hb-probability/],
  ['example-hyperkalemia-risk', 'unordered probabilities', set('prediction.1.probabilityDecimal', 0.5), /hb-k-ordered/],
  [
    'example-hyperkalemia-risk',
    'no number and no reason',
    drop('prediction.0.probabilityDecimal'),
    /hb-prediction-number/
  ],
  ['example-hyperkalemia-risk', 'no window', drop('prediction.0.whenPeriod'), /hb-k-window/],
  ['example-hyperkalemia-risk', 'another method', set('method.coding.0.code', 'anyecg'), /method|pattern/i],
  ['example-hyperkalemia-risk', 'no performer', drop('performer'), /performer/],
  ['example-hyperkalemia-risk', 'no basis', drop('basis'), /basis/],
  ['example-hyperkalemia-risk', 'no note', drop('note'), /note/],
  ['example-hyperkalemia-risk', 'cancelled with a number', set('status', 'cancelled'), /hb-risk-refused/],
  ['example-risk-refusal', 'a number beside the refusal', set('prediction.0.probabilityDecimal', 0.5), /hb-/],
  ['example-risk-refusal', 'no refusal code', drop('prediction.0.extension.1'), /hb-risk-refused/],
  ['example-risk-refusal', 'no data-absent-reason', drop('prediction.0.extension.0'), /hb-/],
  ['example-observation-refusal', 'a value beside the refusal', set('valueString', 'x'), /hb-obs-refused|obs-6/],
  ['example-observation-refusal', 'no refusal code', dropExtension(EXTENSION.refusal), /hb-obs-refused/],
  ['example-quality', 'no device', drop('device'), /device/],
  ['example-quality', 'no source', drop('derivedFrom'), /derivedFrom/],
  ['example-quality', 'no value and no reason', drop('valueCodeableConcept'), /hb-obs-value/],
  ['example-report', 'no conclusion', drop('conclusion'), /conclusion/],
  ['example-report', 'cancelled without a code', set('status', 'cancelled'), /hb-report-refused/],
  ['example-measurement-panel', 'nothing measured', drop('hasMember'), /hb-panel-members/],
  ['example-measurement-panel', 'neither tracing nor order', drop('derivedFrom'), /hb-panel-about/],
  ['example-measurement-panel', 'a value of its own', set('valueString', 'x'), /value/],
  ['example-measurement-panel', 'no AIAST', drop('meta.security'), /security|hb-aiast/],
  [
    'example-measurement-panel',
    'no confidence and no reason',
    dropExtension(EXTENSION.noConfidenceReason),
    /hb-confidence-obs/
  ],
  ['example-measurement-refusal', 'no refusal code', dropExtension(EXTENSION.refusal), /hb-obs-refused/],
  [
    'example-measurement-refusal',
    'a member beside the refusal',
    set('hasMember', [{ reference: 'Observation/1' }]),
    /hb-panel-members/
  ],
  ['example-ecg-measurement', 'no value and no reason', drop('valueQuantity'), /hb-obs-value/],
  [
    'example-ecg-measurement',
    'an integer',
    (r) => Object.assign(r, { valueQuantity: undefined, valueInteger: 94 }),
    /value/
  ],
  [
    'example-ecg-measurement-group',
    'an absent component without code',
    drop('component.1.extension'),
    /hb-measured-refusal/
  ],
  ['example-ecg-measurement-group', 'a component of nothing', drop('component.0.valueQuantity'), /hb-measured/],
  [
    'example-ecg-measurement-group',
    'an interval upside down',
    set('component.0.extension.0.extension.0.valueDecimal', 200),
    /hb-interval-ordered/
  ],
  ['example-ecg-change', 'one tracing', drop('derivedFrom.1'), /derivedFrom/],
  ['example-ecg-change', 'a verdict against its own numbers', set('valueQuantity.value', -80), /hb-change/],
  ['example-ecg-change', 'no verdict', drop('interpretation'), /interpretation/],
  ['example-ecg-change', 'no reference change value', drop('component.0'), /component|hb-change/],
  ['example-ecgomics-report', 'another code', set('code.coding.0.code', '8601-7'), /code|pattern/i],
  ['example-ecgomics-report', 'no results', drop('result'), /result/],
  ['example-feature-table', 'no table', drop('content.0.attachment.data'), /data/],
  ['example-subgroup-report', 'a score that is neither shown nor masked', drop('group.0.measureScore'), /measureScore/],
  [
    'example-subgroup-report',
    'a masked score with a number',
    set('group.0.stratifier.0.stratum.2.measureScore.value', 0.5),
    /hb-report-score/
  ],
  [
    'example-subgroup-report',
    'an interval upside down',
    set('group.0.stratifier.0.stratum.0.extension.0.extension.0.valueDecimal', 0.99),
    /hb-report-interval/
  ],
  [
    'example-subgroup-report',
    'an interval of a masked score',
    drop('group.0.stratifier.0.stratum.0.measureScore.value', 'group.0.stratifier.0.stratum.0.measureScore.unit'),
    /hb-report/
  ],
  ['example-subgroup-report', 'nothing that it rests on', dropExtension(EXTENSION.reportBasis), /hb-report-basis/],
  ['example-subgroup-report', 'no model', drop('subject'), /subject/],
  ['example-fairness-report', 'no reference', drop('group.0.extension.1'), /hb-fairness-reference/],
  ['example-fairness-report', 'an attribute without name', drop('group.0.code'), /code/],
  ['example-metric-measure', 'another scoring', set('scoring.coding.0.code', 'proportion'), /scoring/],
  ['example-device', 'no model sha256', drop('identifier'), /identifier/],
  ['example-device', 'a short sha256', set('identifier.0.value', 'abc'), /hb-model-sha256/],
  ['example-device', 'no card', dropExtension(EXTENSION.modelCardDescription), /modelCard/],
  ['example-device', 'no version', drop('version.0'), /version/],
  ['example-device', 'no AI', set('type.coding.0.code', 'Deep-Learning-Models'), /type|pattern/i],
  ['example-provenance', 'no reason AIAST', drop('reason'), /reason/],
  ['example-provenance', 'no preprocessing', dropExtension(EXTENSION.preprocessing), /preprocessing/],
  ['example-provenance', 'no digest', dropExtension(EXTENSION.runDigest), /runDigest/],
  ['example-provenance', 'no AI agent', drop('agent.0.role'), /hb-ai-agent/],
  ['example-provenance', 'an input without version', set('entity.0.what.reference', 'Observation/1'), /hb-versioned/],
  ['example-provenance', 'no input hash', drop('entity.0.extension'), /hb-input-hash/],
  ['example-provenance', 'no model card', drop('entity.1'), /modelCard|entity/],
  ['example-model-card', 'no text', drop('content.0.attachment.data'), /data/],
  ['example-ecg', 'another code', set('code.coding.0.code', '8867-4'), /code|pattern/i],
  ['example-ecg', 'no samples and no document', drop('component', 'derivedFrom'), /hb-ecg-samples/],
  ['example-ecg', 'no time', drop('effectiveDateTime'), /effective/],
  ['example-waveform', 'no hash', drop('masterIdentifier'), /masterIdentifier/],
  ['example-waveform', 'inlined bytes', set('content.0.attachment.data', 'AAAA'), /data/],
  ['example-task', 'no owner', drop('owner'), /owner/],
  ['example-task', 'an alert for nobody', drop('for'), /hb-alert-task/],
  ['example-task', 'an alert without AIAST', drop('meta.security'), /hb-alert-task/],
  ['example-task', 'no end', drop('restriction.period.end'), /period/],
  ['example-icu-mortality', 'no band of ours', drop('prediction.0.qualitativeRisk.coding.1'), /hb-icu-band/],
  ['example-icu-mortality', 'nothing said of the shift', drop('prediction.0.extension'), /hb-icu-shift/],
  ['example-icu-mortality', 'another outcome', set('prediction.0.outcome.coding.0.code', '84114007'), /hb-icu-outcome/],
  ['example-icu-mortality', 'no factors', drop('prediction.0.rationale'), /hb-icu-outcome/],
  ['example-icu-mortality', 'no time', drop('prediction.0.whenPeriod'), /hb-icu-outcome/],
  ['example-icu-mortality-refusal', 'a band', set('prediction.0.qualitativeRisk', BAND), /hb-icu-band/],
  ['example-counterfactual-flip', 'a difference above 1', set('component.1.valueQuantity.value', 1.2), /hb-flip/],
  ['example-counterfactual-flip', 'another reason', drop('component.0.dataAbsentReason.coding.1'), /hb-flip/],
  ['example-counterfactual-flip', 'no number and no reason', drop('component.0.dataAbsentReason'), /hb-measured/],
  ['example-icu-inputs', 'a missing value without a reason', drop('component.1.dataAbsentReason'), /hb-measured/],
  ['example-icu-inputs', 'a column without its name', drop('component.0.code.text'), /text/],
  ['example-communication', 'no task', drop('basedOn'), /basedOn/],
  ['example-communication', 'no AIAST', drop('meta.security'), /security|hb-aiast/]
]

describe('profiles refuse', () => {
  test.each(BREAKS)('%s with %s', (id, _what, change, complaint) => {
    expect(complaints(id, change).join('\n')).toMatch(complaint)
  })
})

describe('generated set', () => {
  test('has a snapshot in every definition and a definition for every constant', () => {
    const profiles = readProfiles()
    for (const url of [...Object.values(PROFILE), ...Object.values(EXTENSION)]) {
      expect([url, (profiles.get(url)?.snapshot?.element.length ?? 0) > 0]).toEqual([url, true])
    }
  })

  test('keeps one canonical base', () => {
    const own = [...Object.values(CODE_SYSTEM), ...Object.values(VALUE_SET), ...Object.values(PROFILE)]
    expect(
      own.filter((url) => !/^https:\/\/hisbundle\.example\/fhir\/|^http:\/\/hl7\.org\/fhir\/uv\//.test(url))
    ).toEqual([])
    expect(HIS['pocket-k'].system).toBe(CODE_SYSTEM.concepts)
  })
})
