import type { Observation, RiskAssessment } from '@medplum/fhirtypes'
import type { ModelFolder } from '../../core/model.ts'
import type { Waveform } from '../../core/waveform.ts'
import { conformanceChecker } from '../conformance.ts'
import {
  ABSENT,
  buildAiDevice,
  buildAiProvenance,
  buildAlertTask,
  buildCommunication,
  buildEcgObservation,
  buildModelCard,
  buildWaveformDocument,
  buildWorklistTask,
  concept,
  confidenceExtension,
  devicePerformer,
  fhirDateTime,
  HIS,
  HIS_KIND,
  IDENTIFIER,
  isAiLabelled,
  labelAi,
  PROFILE,
  performanceExtension,
  refusalOf,
  refusedObservation,
  refusedPrediction,
  refusedReport,
  researchOnlySentence,
  SNOMED,
  waveformOfEcgObservation
} from '../index.ts'

const check = conformanceChecker()
const SHA = 'c0ffee00'.repeat(8)

const folder: ModelFolder = {
  role: 'pocket-k-1',
  dir: '',
  shipped: true,
  manifest: {
    implements: 'pocket-k/1',
    name: 'pocket-k',
    version: '1.0.0',
    file: 'model.onnx',
    sha256: SHA,
    opset: 17,
    licence: 'Apache-2.0',
    inputs: [],
    preprocessing: { id: 'hb-ecg-1', inGraph: true },
    outputs: [],
    calibration: { method: 'temperature' },
    training: { kind: 'semi-synthetic' },
    metrics: [],
    intendedUse: 'research',
    notForClinicalUse: true,
    exclusions: []
  }
}

const risk = (change: Partial<RiskAssessment>): RiskAssessment =>
  labelAi(
    {
      resourceType: 'RiskAssessment',
      meta: { profile: [PROFILE.hyperkalemiaRisk] },
      extension: [confidenceExtension({ none: 'No interval was computed.' })],
      status: 'preliminary',
      method: concept(HIS['pocket-k']),
      subject: { reference: 'Patient/1' },
      occurrenceDateTime: '2026-01-05T08:30:02.000Z',
      performer: { reference: 'Device/1' },
      basis: [{ reference: 'Observation/1' }],
      mitigation: 'Confirm with venous potassium.',
      ...change
    },
    'semi-synthetic'
  )

const WHEN = { whenPeriod: { start: '2026-01-05T07:30:00Z', end: '2026-01-05T09:30:00Z' } }

const waveform = (seconds: number): Waveform => ({
  kind: 'rhythm',
  leads: [
    { name: 'I', mdc: 1, unit: 'mV', resolution: 0.005 },
    { name: 'Resp', unit: 'mV', resolution: 1 }
  ],
  rateHz: 100,
  samples: [new Float64Array(seconds * 100).map((_, i) => ((i % 40) - 20) * 0.005), new Float64Array(seconds * 100)],
  gaps: []
})

const ecgInput = {
  acquiredAt: { instant: '2026-01-05T08:30:00.000Z', text: '20260105093000+0100', precision: 'second' as const },
  subject: 'Patient/1',
  derivedFrom: ['DocumentReference/1'],
  tracing: 'tracing-1'
}

describe('labels', () => {
  test('the sentence is the one of the specification, with the kind of the training data', () => {
    expect(researchOnlySentence('mixed')).toBe(
      'Research prototype, not a medical device. Not for clinical use. Shipped weights were trained on mixed data and have not been validated on patients of this hospital; confirm by the standard test before acting.'
    )
  })

  test('labelling keeps other labels, does not change its argument, and twice is once', () => {
    const plain: Observation = {
      resourceType: 'Observation',
      status: 'preliminary',
      code: {},
      meta: { security: [{ system: 's', code: 'R' }] },
      note: [{ text: 'seen' }]
    }
    const once = labelAi(plain, 'real')
    expect(isAiLabelled(plain)).toBe(false)
    expect(isAiLabelled(once)).toBe(true)
    expect(once.meta?.security?.[0]?.code).toBe('R')
    expect(once.note?.map((note) => note.text)).toEqual(['seen', researchOnlySentence('real')])
    expect(labelAi(once, 'real')).toEqual(once)
  })
})

describe('confidence and performance', () => {
  test('an interval is a Range, a missing one a reason', () => {
    expect(confidenceExtension({ interval: [0.8, 0.9] }).valueRange).toEqual({
      low: { value: 0.8 },
      high: { value: 0.9 }
    })
    expect(confidenceExtension({ none: 'not calibrated' }).valueString).toBe('not calibrated')
  })

  test.each([[[0.9, 0.8]], [[-0.1, 0.5]], [[0.5, 1.1]], [[Number.NaN, 1]]])('refuses the interval %p', (interval) => {
    expect(() => confidenceExtension({ interval: interval as [number, number] })).toThrow('confidence-interval')
  })

  test('refuses a fraction that is none', () => {
    const whole = { prevalence: 0.02, sensitivity: 0.9, specificity: 0.5, ppv: 0.04, npv: 99.5, fractionRuledOut: 0.4 }
    expect(() => performanceExtension(whole)).toThrow('performance-fraction')
  })
})

describe('results conform to their profiles', () => {
  test('a finding', () => {
    const finding = risk({
      prediction: [
        {
          extension: [
            performanceExtension({
              prevalence: 0.02,
              sensitivity: 0.9,
              specificity: 0.5,
              ppv: 0.035,
              npv: 0.996,
              fractionRuledOut: 0.49
            })
          ],
          outcome: concept(SNOMED.hyperkalaemia),
          probabilityDecimal: 0.1,
          rationale: 'venous K > 5.5 mmol/L within 1 h',
          ...WHEN
        },
        { outcome: concept(HIS['hyperkalaemia-ge-6.0']), probabilityDecimal: 0.04 }
      ]
    })
    expect(check(finding, PROFILE.hyperkalemiaRisk)).toEqual([])
    expect(refusalOf(finding)).toBeUndefined()
  })

  const refusals = Object.entries(HIS_KIND).flatMap(([code, kind]) => (kind === 'refusal' ? [code] : []))

  test.each(refusals)('the refusal %s, as assessment, observation and report', (code) => {
    const refused = risk({
      status: 'cancelled',
      prediction: [{ ...refusedPrediction(code, SNOMED.hyperkalaemia), ...WHEN }]
    })
    expect(check(refused, PROFILE.hyperkalemiaRisk)).toEqual([])
    expect(refusalOf(refused)).toBe(code)
    expect(JSON.stringify(refused)).not.toContain('probability')

    const observation = labelAi<Observation>(
      {
        resourceType: 'Observation',
        ...refusedObservation(code),
        code: concept(HIS['ecg-signal-quality']),
        subject: { reference: 'Patient/1' },
        effectiveDateTime: '2026-01-05',
        method: concept(HIS['pocket-k']),
        device: { reference: 'Device/1' },
        performer: [devicePerformer('Device/1', 'pocket-k')],
        derivedFrom: [{ reference: 'Observation/1' }]
      },
      'semi-synthetic'
    )
    expect(check(observation, PROFILE.observation)).toEqual([])
    expect(refusalOf(observation)).toBe(code)

    const report = labelAi(
      {
        resourceType: 'DiagnosticReport' as const,
        ...refusedReport(code),
        code: concept(HIS['pocket-k']),
        subject: { reference: 'Patient/1' },
        effectiveDateTime: '2026-01-05'
      },
      'semi-synthetic'
    )
    expect(check(report, PROFILE.diagnosticReport)).toEqual([])
  })

  test('a refusal has a code of the vocabulary', () => {
    expect(() => refusedReport('no-such-code')).toThrow(expect.objectContaining({ code: 'FHIR_INVALID' }))
    expect(() => refusedReport('pocket-k')).toThrow('refusal-code-unknown')
    expect(refusedObservation('consent-not-permitted').dataAbsentReason).toEqual(concept(ABSENT.notPermitted))
  })

  test('device and model card: one of each a model version', () => {
    const device = buildAiDevice(folder)
    const card = buildModelCard(folder, '# Pocket-K\nwith an umlaut: ä')
    expect(check(device, PROFILE.aiDevice)).toEqual([])
    expect(check(card, PROFILE.modelCard)).toEqual([])
    expect(device.extension?.at(-1)?.valueReference?.reference).toBe(`DocumentReference/${card.id}`)
    expect(Buffer.from(card.content[0]?.attachment.data ?? '', 'base64').toString()).toContain('ä')
    const other = { ...folder, manifest: { ...folder.manifest, sha256: 'ab'.repeat(32) } }
    expect(buildAiDevice(other).id).not.toBe(device.id)
    expect(buildAiDevice(folder)).toEqual(device)
  })

  const provenance = {
    targets: ['RiskAssessment/1'],
    device: 'Device/1',
    modelCard: 'DocumentReference/2',
    sources: [{ reference: 'Patient/1/_history/3' }, { reference: 'Observation/1/_history/1', sha256: SHA }],
    preprocessingId: 'hb-ecg-1',
    thresholdPolicy: { version: 'site-1', calibration: 'temperature-1', thresholds: { high: 0.2, low: 0.01 } },
    occurred: '2026-01-05T08:30:02.000Z',
    recorded: '2026-01-05T08:30:02.000Z',
    digest: SHA
  }

  test('provenance, whatever the order of what was read', () => {
    const built = buildAiProvenance({ ...provenance, revises: ['RiskAssessment/1/_history/1'] })
    expect(check(built, PROFILE.aiProvenance)).toEqual([])
    const reversed = { ...provenance, sources: provenance.sources.toReversed() }
    expect(JSON.stringify(buildAiProvenance(reversed))).toBe(JSON.stringify(buildAiProvenance(provenance)))
  })

  test('provenance names the further files of a model by their sha256', () => {
    const built = buildAiProvenance({ ...provenance, assets: [{ file: 'bank.json', sha256: SHA }] })
    expect(check(built, PROFILE.aiProvenance)).toEqual([])
    expect(built.entity?.at(-1)).toEqual({
      role: 'derivation',
      what: { identifier: { system: IDENTIFIER.blobSha256, value: SHA }, display: 'bank.json' }
    })
  })

  test.each([
    ['no target', { targets: [] }],
    ['no hashed input', { sources: [{ reference: 'Patient/1/_history/3' }] }],
    ['an input without version', { sources: [{ reference: 'Patient/1', sha256: SHA }] }]
  ])('provenance refuses %s', (_what, change) => {
    expect(() => buildAiProvenance({ ...provenance, ...change })).toThrow(
      expect.objectContaining({ code: 'FHIR_INVALID' })
    )
  })

  const alert = {
    focus: 'RiskAssessment/1',
    subject: 'Patient/1',
    encounter: 'Encounter/1',
    priority: 'urgent' as const,
    owner: { display: 'Fallback queue' },
    band: 'high',
    text: 'The ECG screen is in the high band.',
    authoredOn: '2026-01-05T08:30:03Z',
    dueAt: '2026-01-05T09:30:03Z',
    trainingKind: 'semi-synthetic' as const
  }

  test('alert, worklist item and delivery', () => {
    expect(check(buildAlertTask({ ...alert, id: 't', identifier: 'k' }), PROFILE.task)).toEqual([])
    const worklist = buildWorklistTask({ ...alert, code: 'worklist-patient-mismatch' })
    expect(check(worklist, PROFILE.task)).toEqual([])
    expect(isAiLabelled(worklist)).toBe(false)
    const told = buildCommunication({
      ...alert,
      task: 'Task/t',
      about: ['RiskAssessment/1'],
      recipient: alert.owner,
      sent: alert.authoredOn
    })
    expect(check(told, PROFILE.communication)).toEqual([])
  })
})

describe('ECG observation', () => {
  test('conforms, and gives the waveform back', () => {
    const source = waveform(10)
    const built = buildEcgObservation({ ...ecgInput, waveform: source, issued: '2026-01-05T08:31:00.000Z' })
    expect(check(built, PROFILE.ecgObservation)).toEqual([])
    expect(built.component).toHaveLength(1)
    const back = waveformOfEcgObservation(JSON.parse(JSON.stringify(built)))
    expect(back?.leads).toEqual([source.leads[0]])
    const worst = Math.max(...source.samples[0]!.map((value, i) => Math.abs(value - back!.samples[0]![i]!)))
    expect(worst).toBeLessThan(0.005 * 1e-6)
  })

  test('longer than 60 s has the document only', () => {
    const long = buildEcgObservation({ ...ecgInput, waveform: waveform(61) })
    expect(long.component).toBeUndefined()
    expect(check(long, PROFILE.ecgObservation)).toEqual([])
    expect(waveformOfEcgObservation(long)).toBeUndefined()
    expect(buildEcgObservation({ ...ecgInput, waveform: waveform(60) }).component).toHaveLength(1)
  })

  test('the document names the blob', () => {
    const built = buildWaveformDocument({ sha256: SHA, size: 12, subject: 'Patient/1', encounter: 'Encounter/1' })
    expect(check(built, PROFILE.waveformDocument)).toEqual([])
  })

  test.each([
    [{ text: '20260105', precision: 'day' }, '2026-01-05'],
    [{ text: '202601', precision: 'month' }, '2026-01'],
    [{ text: '2026', precision: 'year' }, '2026'],
    [{ text: '20261025023000', precision: 'second', ambiguous: true }, '2026-10-25'],
    [
      { text: '20260105093000+0100', precision: 'second', instant: '2026-01-05T08:30:00.000Z' },
      '2026-01-05T08:30:00.000Z'
    ]
  ] as const)('the time %p is %s: a date alone is never midnight', (time, expected) => {
    const made = fhirDateTime(time)
    expect(made?.value).toBe(expected)
    expect(made?.element?.extension[0]?.valueString).toBe(time.text)
    expect(made?.element?.extension.some((one) => one.valueBoolean)).toBe('ambiguous' in time)
  })

  test('no year, no observation', () => {
    expect(fhirDateTime({ text: '', precision: 'day' })).toBeUndefined()
    const acquiredAt = { text: 'unknown', precision: 'day' as const }
    expect(() => buildEcgObservation({ ...ecgInput, acquiredAt, waveform: waveform(1) })).toThrow('effectiveDateTime')
  })
})
