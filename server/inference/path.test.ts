import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type {
  DiagnosticReport,
  Observation,
  Patient,
  Provenance,
  Resource,
  RiskAssessment,
  ServiceRequest
} from '@medplum/fhirtypes'
import type { ChangeEvent } from '../../core/changes.ts'
import { AppError } from '../../core/errors/app-error.ts'
import type { BusMessage } from '../../core/event-bus.ts'
import type { StoreWrite } from '../../core/fhir-store.ts'
import { silentLogger } from '../../core/log.ts'
import type { Waveform } from '../../core/waveform.ts'
import { HIS } from '../../fhir-profiles/index.ts'
import pocketK from '../../inference/modules/pocket-k/index.ts'
import { writeTinyModel } from '../../inference/runtime/fixtures/tiny-pocket-k.ts'
import { createRuntime, type InferenceRuntime } from '../../inference/runtime/runtime.ts'
import { storeOf } from '../store/fixtures/store-of.ts'
import type { ServerStore } from '../store/server-store.ts'
import { createInferenceStep, type InferenceStep } from './step.ts'

/** tiny-pocket-k: P(K > 5.5) = sigmoid(10 mean|ecg| - 3), P(K >= 6.0) = sigmoid(10 mean|ecg| - 4). */
const SITE = {
  assumedPrevalence: 0.02,
  operatingPoints: {
    'k-gt-5.5': {
      threshold: 0.2,
      assumedPrevalence: 0.02,
      sensitivity: 0.8,
      specificity: 0.5,
      ppv: 0.0316,
      npv: 0.9919,
      fractionRuledOut: 0.494
    }
  },
  bands: { 'k-gt-5.5': { lowBelow: 0.2, highFrom: 0.5 }, 'k-ge-6.0': { lowBelow: 0.1, highFrom: 0.3 } },
  topBand: { label: 'k-ge-6.0', from: 0.9 },
  origin: { figures: 'illustration' }
}
const ACQUIRED = '2026-01-05T08:30:00.000Z'
const NOW = new Date('2026-01-05T08:31:00.000Z')
const IDS = { patient: 'p1', ecg: 'ecg1', order: 'order1', potassium: 'k1' }

let dir: string
let runtime: InferenceRuntime
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'path-'))
  await writeTinyModel(dir, { site: SITE })
  runtime = createRuntime({
    shippedRoot: dir,
    modules: [{ id: 'pocket-k', url: new URL('../../inference/modules/pocket-k/index.ts', import.meta.url).href }],
    workers: 1
  })
  await runtime.start()
})
afterAll(async () => {
  await runtime.stop()
  await rm(dir, { recursive: true })
})

interface World {
  store: ServerStore
  step: InferenceStep
  timers: Map<string, { at: Date; message: BusMessage }>
  /** Writes as the record step does and hands the change events to the module until nothing is left. */
  put(...resources: (Resource & { id: string })[]): Promise<void>
  drain(): Promise<void>
  risks(): Promise<(RiskAssessment & { id: string })[]>
  level: { mv: number; leads: number[]; seconds: number; paced?: boolean }
  clock: { now: Date }
}

async function withWorld(work: (world: World) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'world-'))
  const clock = { now: NOW }
  const store = storeOf({ dir: folder, clock: { now: () => clock.now }, log: silentLogger })
  await store.start()
  const timers: World['timers'] = new Map()
  const level: World['level'] = { mv: 0.5, leads: [1], seconds: 10 }
  const step = createInferenceStep({
    bus: { subscribe: async () => ({ stop: async () => {} }) },
    store,
    readWaveform: async () => beats(level),
    runtime,
    modules: [pocketK],
    modes: { 'pocket-k': 'advisory' },
    timers: {
      at: async (key, at, _topic, message) => void timers.set(key, { at, message }),
      cancel: async (key) => void timers.delete(key)
    },
    clock: { now: () => clock.now },
    log: silentLogger
  })
  const drain = async () => {
    for (;;) {
      const changes = await store.takeChanges(100)
      if (changes.length === 0) return
      for (const { seq, event } of changes) {
        if (event.cause.kind === 'ingest') await step.handle('pocket-k', { change: event as ChangeEvent })
        await store.dropChanges(seq)
      }
    }
  }
  const put = async (...resources: (Resource & { id: string })[]) => {
    await store.write(
      resources.map((resource): StoreWrite => ({ resource })),
      { kind: 'ingest' }
    )
    await drain()
  }
  try {
    const risks = () => store.search<RiskAssessment & { id: string }>('RiskAssessment?_count=50')
    await work({ store, step, timers, put, drain, risks, level, clock })
  } finally {
    await store.stop()
    await rm(folder, { recursive: true })
  }
}

/** Pulses of 100 ms a second: mean |x| is a tenth of the height; a small ramp keeps every window from being flat. */
function beats({ mv, leads, seconds }: World['level']): Waveform {
  const samples = Float64Array.from({ length: seconds * 500 }, (_, i) =>
    i % 500 < 50 ? mv * Math.sin((Math.PI * (i % 500)) / 50) : 0.001 * ((i % 7) - 3)
  )
  return {
    kind: 'rhythm',
    rateHz: 500,
    gaps: [],
    leads: leads.map((mdc) => ({ name: `lead ${mdc}`, mdc, unit: 'mV', resolution: 0.005 })),
    samples: leads.map(() => samples)
  }
}

const patient = (birthDate: string | undefined = '1950-03-01'): Patient & { id: string } => ({
  resourceType: 'Patient',
  id: IDS.patient,
  gender: 'female',
  ...(birthDate ? { birthDate } : {})
})
const document = (): Resource & { id: string } => ({
  resourceType: 'DocumentReference',
  id: 'doc1',
  status: 'current',
  content: [{ attachment: { url: `urn:sha256:${'a'.repeat(64)}` } }]
})
const ecg = (changes: Partial<Observation> = {}): Observation & { id: string } => ({
  resourceType: 'Observation',
  id: IDS.ecg,
  identifier: [{ system: 'urn:hisbundle:tracing', value: 'tracing-1' }],
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '11524-6' }] },
  subject: { reference: 'Patient/p1' },
  effectiveDateTime: ACQUIRED,
  issued: '2026-01-05T08:30:30.000Z',
  derivedFrom: [{ reference: 'DocumentReference/doc1' }],
  ...changes
})
const order = (changes: Partial<ServiceRequest> = {}): ServiceRequest & { id: string } => ({
  resourceType: 'ServiceRequest',
  id: IDS.order,
  identifier: [
    {
      system: 'urn:placer',
      value: 'PL-7',
      type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'PLAC' }] }
    }
  ],
  status: 'active',
  intent: 'order',
  code: { coding: [{ ...HIS['pocket-k'] }] },
  subject: { reference: 'Patient/p1' },
  authoredOn: '2026-01-05T08:20:00.000Z',
  ...changes
})
const potassium = (value: number, changes: Partial<Observation> = {}): Observation & { id: string } => ({
  resourceType: 'Observation',
  id: IDS.potassium,
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '2823-3' }] },
  subject: { reference: 'Patient/p1' },
  effectiveDateTime: '2026-01-05T08:40:00.000Z',
  valueQuantity: { value, unit: 'mmol/L', system: 'http://unitsofmeasure.org', code: 'mmol/L' },
  ...changes
})
const haemolysed: Partial<Observation> = {
  interpretation: [
    {
      coding: [{ system: 'https://hisbundle.example/fhir/CodeSystem/his-bundle-concepts', code: 'specimen-haemolysed' }]
    }
  ]
}

test('an ECG becomes a labelled risk with Device, Provenance, quality and report in one commit', async () => {
  await withWorld(async ({ store, put, risks }) => {
    await put(patient(), document(), ecg())
    const [risk, ...others] = await risks()
    expect(others).toEqual([])
    expect(risk).toMatchObject({
      status: 'preliminary',
      subject: { reference: 'Patient/p1' },
      basis: [{ reference: 'Observation/ecg1/_history/1' }],
      occurrenceDateTime: NOW.toISOString(),
      prediction: [
        {
          qualitativeRisk: { text: 'low' },
          whenPeriod: { start: '2026-01-05T07:30:00.000Z', end: '2026-01-05T09:30:00.000Z' }
        },
        {},
        {}
      ]
    })
    expect(risk!.meta?.security?.map(({ code }) => code)).toEqual(['AIAST'])
    expect(risk!.meta?.tag?.map(({ code }) => code)).toEqual(['advisory'])
    expect(risk!.note?.[0]?.text).toContain('Not for clinical use')
    const [provenance] = await store.search<Provenance>(`Provenance?target=RiskAssessment/${risk!.id}`)
    expect(provenance!.target.map(({ reference }) => reference!.split('/')[0]).sort()).toEqual([
      'DiagnosticReport',
      // The verdict on the signal, and what speaks for the score.
      'Observation',
      'Observation',
      'RiskAssessment'
    ])
    const source = provenance!.entity!.find(({ role }) => role === 'source')
    expect(source).toMatchObject({
      what: { reference: 'Observation/ecg1/_history/1' },
      extension: [{ valueString: 'a'.repeat(64) }]
    })
    expect(risk!.performer?.reference).toBe(provenance!.agent[0]!.who.reference)
    const device = await store.read('Device', risk!.performer!.reference!.split('/')[1]!)
    expect(device).toMatchObject({
      modelNumber: 'pocket-k/1',
      identifier: [{ value: runtime.model('pocket-k/1').manifest.sha256 }]
    })
  })
})

test('offering the same event again writes nothing', async () => {
  await withWorld(async ({ step, put, risks }) => {
    await put(patient(), document(), ecg())
    const change = {
      eventId: 'x',
      resourceType: 'Observation',
      id: 'ecg1',
      versionId: '1',
      interaction: 'create',
      cause: { kind: 'ingest' },
      at: ACQUIRED
    } as const
    expect(await step.handle('pocket-k', { change })).toEqual([])
    expect((await risks())[0]!.meta?.versionId).toBe('1')
  })
})

/** All orders of arrival end alike (rules section 4). */
function permutations<T>(items: T[]): T[][] {
  return items.length <= 1
    ? [items]
    : items.flatMap((item, i) =>
        permutations([...items.slice(0, i), ...items.slice(i + 1)]).map((rest) => [item, ...rest])
      )
}

test.each(permutations(['ADT', 'order', 'ECG', 'potassium']).map((steps) => [steps.join(', '), steps] as const))(
  'reaches the same state for the arrival order %s',
  async (_, steps) => {
    await withWorld(async ({ store, put, risks }) => {
      // What an ORU or a DICOM object knows of the person before ADT: no birth date.
      await store.write([{ resource: patient('') }], { kind: 'ingest' })
      for (const one of steps) {
        if (one === 'ADT') await put(patient())
        if (one === 'order') await put(order())
        if (one === 'ECG') await put(document(), ecg())
        if (one === 'potassium') await put(potassium(6.4, haemolysed))
      }
      const found = await risks()
      const state = found
        .map(({ status, basedOn, prediction, basis }) => ({
          status,
          order: basedOn?.reference,
          probability: prediction?.map(({ probabilityDecimal }) => probabilityDecimal),
          basis: basis?.map(({ reference }) => reference!.split('/_history')[0])
        }))
        .sort((a, b) => (`${a.order}` < `${b.order}` ? -1 : 1))
      const scored = {
        status: 'preliminary',
        probability: [0.1, expect.any(Number), expect.any(Number)],
        basis: ['Observation/ecg1', 'Observation/k1']
      }
      expect(state).toEqual([
        { ...scored, order: 'ServiceRequest/order1', probability: expect.any(Array) },
        { ...scored, order: undefined, probability: expect.any(Array) }
      ])
      expect(state[0]!.probability).toEqual(state[1]!.probability)
      expect((await store.read<ServiceRequest>('ServiceRequest', 'order1'))?.status).toBe('completed')
      const reports = await store.search<DiagnosticReport>('DiagnosticReport?_count=10')
      expect(reports.every(({ conclusion }) => conclusion?.includes('Potassium unreliable: haemolysed'))).toBe(true)
    })
  }
)

test('an order without an ECG waits by a timer and is then closed with a coded refusal', async () => {
  await withWorld(async ({ step, put, timers, risks, store }) => {
    await put(patient(), order())
    const timer = timers.get('order|pocket-k|ServiceRequest/order1')
    expect(timer?.at.toISOString()).toBe('2026-01-05T09:20:00.000Z')
    await step.handle('pocket-k', { timer: { order: 'ServiceRequest/order1' } })
    const [risk] = await risks()
    expect(risk).toMatchObject({ status: 'cancelled', basedOn: { reference: 'ServiceRequest/order1' } })
    expect(risk!.prediction?.[0]?.probabilityDecimal).toBeUndefined()
    expect(JSON.stringify(risk!.prediction)).toContain('input-missing')
    expect((await store.read<ServiceRequest>('ServiceRequest', 'order1'))?.status).toBe('revoked')
    // A second firing after a crash changes nothing.
    expect(await step.handle('pocket-k', { timer: { order: 'ServiceRequest/order1' } })).toEqual([])
  })
})

test('a corrected ECG makes a new version of the same result, a retracted one withdraws it', async () => {
  await withWorld(async ({ put, risks, level, store }) => {
    await put(patient(), document(), ecg())
    const [before] = await risks()
    level.mv = 4
    await put(ecg({ status: 'corrected' }))
    const [after, ...others] = await risks()
    expect(others).toEqual([])
    expect(after).toMatchObject({
      id: before!.id,
      occurrenceDateTime: before!.occurrenceDateTime,
      basis: [{ reference: 'Observation/ecg1/_history/2' }]
    })
    expect(after!.prediction![0]!.probabilityDecimal).toBeGreaterThan(before!.prediction![0]!.probabilityDecimal!)
    await put(ecg({ status: 'entered-in-error' }))
    expect((await risks()).map(({ status }) => status)).toEqual(['entered-in-error'])
    expect((await store.search<DiagnosticReport>('DiagnosticReport?_count=5')).map(({ status }) => status)).toEqual([
      'entered-in-error'
    ])
  })
})

test.each([
  ['lead-missing', { leads: [2] }, {}, {}],
  ['too-short', { seconds: 8 }, {}, {}],
  ['quality-unacceptable', { mv: 0.01 }, {}, {}],
  ['demographics-missing', {}, { birthDate: undefined }, {}],
  ['age-out-of-range', {}, { birthDate: '2015-01-01' }, {}],
  ['clock-implausible', {}, {}, { effectiveDateTime: '2000-01-01T00:03:00Z' }],
  ['clock-implausible', {}, {}, { effectiveDateTime: '2026-01-05T08:40:00Z' }],
  ['patient-unidentified', {}, { meta: { tag: [{ ...HIS.unidentified }] } }, {}]
])('refuses by code %s as a resource without a number', async (code, signal, person, observation) => {
  await withWorld(async ({ put, risks, level }) => {
    Object.assign(level, signal)
    await put({ ...patient(), ...person }, document(), ecg(observation))
    const [risk] = await risks()
    expect(risk!.status).toBe('cancelled')
    expect(risk!.prediction![0]!.probabilityDecimal).toBeUndefined()
    expect(
      risk!.prediction![0]!.extension!.map(({ valueCodeableConcept }) => valueCodeableConcept?.coding?.[0]?.code)
    ).toContain(code)
  })
})

test.each([
  ['received over an hour after acquisition', {}, { issued: '2026-01-05T09:31:00.000Z' }],
  ['a dead patient', { deceasedBoolean: true }, {}],
  ['a replayed message', {}, { meta: { tag: [{ code: 'replayed' }] } }]
])('flags a result late for %s', async (_, person, observation) => {
  await withWorld(async ({ put, risks }) => {
    await put({ ...patient(), ...person }, document(), ecg(observation))
    expect((await risks())[0]!.meta?.tag?.map(({ code }) => code)).toEqual(['advisory', 'late'])
  })
})

test('after a merge the result follows the survivor under the same id', async () => {
  await withWorld(async ({ put, risks }) => {
    await put(patient(), document(), ecg())
    const [before] = await risks()
    const original = {
      url: 'https://hisbundle.example/fhir/StructureDefinition/original-subject',
      valueReference: { reference: 'Patient/p1' }
    }
    await put(
      { ...patient(), id: 'p2' } as Patient & { id: string },
      ecg({ subject: { reference: 'Patient/p2' }, extension: [original] })
    )
    expect(await risks()).toMatchObject([{ id: before!.id, subject: { reference: 'Patient/p2' } }])
  })
})

test('refuses with model-unavailable when no model serves the role, and scores once one does', async () => {
  await withWorld(async ({ store, put, risks, timers }) => {
    const broken = createInferenceStep({
      bus: { subscribe: async () => ({ stop: async () => {} }) },
      store,
      readWaveform: async () => beats({ mv: 0.5, leads: [1], seconds: 10 }),
      runtime: {
        run: runtime.run,
        model: () => {
          throw new AppError('MODEL_CHANGED')
        }
      },
      modules: [pocketK],
      timers: { at: async () => {}, cancel: async () => {} },
      clock: { now: () => NOW },
      log: silentLogger
    })
    await store.write(
      [patient(), document(), ecg()].map((resource) => ({ resource })),
      { kind: 'rest' }
    )
    const change = {
      eventId: 'x',
      resourceType: 'Observation',
      id: 'ecg1',
      versionId: '1',
      interaction: 'create',
      cause: { kind: 'ingest' },
      at: ACQUIRED
    } as const
    await broken.handle('pocket-k', { change })
    expect(JSON.stringify((await risks())[0]!.prediction)).toContain('model-unavailable')
    await put(ecg({ issued: '2026-01-05T08:30:31.000Z' }))
    expect((await risks())[0]!.status).toBe('preliminary')
    expect(timers.size).toBe(0)
  })
})

test('suppresses a high band by a normal potassium, not by a haemolysed one, and thinks again when it is corrected', async () => {
  await withWorld(async ({ put, risks, level, store }) => {
    level.mv = 5
    await put(patient(), document(), ecg(), potassium(4.2))
    const [risk] = await risks()
    expect(risk!.prediction![0]!.qualitativeRisk?.text).toBe('high')
    const reader = {
      read: async (reference: string) => store.read(...(reference.split('/') as [string, string])),
      search: store.search.bind(store),
      waveform: async () => beats(level),
      reads: []
    }
    const decide = () => pocketK.alert!(risk!, reader as never, {})
    expect(await decide()).toMatchObject({
      raise: false,
      suppressedBy: { reason: 'normal-potassium', reference: 'Observation/k1/_history/1' }
    })
    await put(potassium(6.1, { status: 'corrected' }))
    const change = {
      eventId: 'x',
      resourceType: 'Observation',
      id: 'k1',
      versionId: '2',
      interaction: 'update',
      cause: { kind: 'ingest' },
      at: ACQUIRED
    } as const
    expect(await pocketK.reconsider!({ change }, reader as never)).toEqual([risk!.id])
    expect(await decide()).toMatchObject({ raise: true, band: 'high' })
    await put(potassium(4.2, haemolysed))
    expect(await decide()).toMatchObject({ raise: true })
  })
})
