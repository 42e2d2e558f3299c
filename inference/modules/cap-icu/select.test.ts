import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Encounter, Observation, Patient, Resource, RiskAssessment, ServiceRequest } from '@medplum/fhirtypes'
import type { BusMessage } from '../../../core/event-bus.ts'
import { defineModule } from '../../../core/inference-module.ts'
import { silentLogger } from '../../../core/log.ts'
import { CODE_SYSTEM, HIS } from '../../../fhir-profiles/index.ts'
import type { InferenceStep } from '../../../server/inference/step.ts'
import { storeOf } from '../../../server/store/fixtures/store-of.ts'
import type { ServerStore } from '../../../server/store/server-store.ts'
import { stepWithoutModels } from '../../../test/support/step-without-models.ts'
import { manifest } from './manifest.ts'
import { select } from './select.ts'
import type { CapIcuInput } from './types.ts'

/** The stay's side of the module on a real store: what was selected is written down as it is, no model is asked. */
const module = defineModule<CapIcuInput, CapIcuInput>({
  manifest: { ...manifest, models: [] },
  select,
  run: async (input) => input,
  toFhir: (outcome, { resultId, identity, firstRunAt }) => [
    {
      resource: {
        resourceType: 'RiskAssessment',
        id: resultId,
        status: outcome.kind === 'finding' ? 'preliminary' : 'cancelled',
        code: { coding: [HIS['icu-mortality-risk']] },
        subject: { reference: identity.patient },
        encounter: { reference: identity.encounter },
        ...(identity.order ? { basedOn: { reference: identity.order.reference } } : {}),
        occurrenceDateTime: firstRunAt,
        basis: identity.basis.map((reference) => ({ reference })),
        prediction: [{ whenPeriod: { start: identity.acquiredAt } }],
        note: [{ text: outcome.kind === 'finding' ? JSON.stringify(outcome.findings) : outcome.code }]
      }
    }
  ]
})

const ADMITTED = '2026-01-05T08:00:00.000Z'
const hour = (n: number): string => new Date(Date.parse(ADMITTED) + n * 3_600_000).toISOString()

/** All tests share one store: each has people, visits and values of its own. */
let run = 0
const own = (name: string): string => `${name}-${run}`
const person = (facts: Partial<Patient> = {}): Patient & { id: string } => ({
  resourceType: 'Patient',
  id: own('p1'),
  birthDate: '1950-02-03',
  gender: 'female',
  ...facts
})
const visit = (facts: Partial<Encounter> = {}): Encounter & { id: string } => ({
  resourceType: 'Encounter',
  id: own('v1'),
  status: 'in-progress',
  class: { code: 'IMP' },
  subject: { reference: `Patient/${own('p1')}` },
  period: { start: hour(-10) },
  location: [
    { location: { display: '3W^1' }, period: { start: hour(-10), end: hour(0) } },
    { location: { display: 'ICU^1^2' }, period: { start: hour(0) } }
  ],
  ...facts
})
const left = (n: number): Partial<Encounter> => ({
  location: [
    { location: { display: 'ICU^1^2' }, period: { start: hour(0), end: hour(n) } },
    { location: { display: '3W^1' }, period: { start: hour(n) } }
  ]
})
const creatinine = (id: string, at: number, value: number, facts: Partial<Observation> = {}) => ({
  resourceType: 'Observation' as const,
  id: own(id),
  status: 'final' as const,
  code: { coding: [{ system: 'http://loinc.org', code: '2160-0' }] },
  subject: { reference: `Patient/${own('p1')}` },
  effectiveDateTime: hour(at),
  valueQuantity: { value, system: 'http://unitsofmeasure.org', code: 'mg/dL' },
  ...facts
})
const order = (at: number, facts: Partial<ServiceRequest> = {}): ServiceRequest & { id: string } => ({
  resourceType: 'ServiceRequest',
  id: own('r1'),
  status: 'active',
  intent: 'order',
  identifier: [{ value: 'PL1' }],
  code: { coding: [{ system: CODE_SYSTEM.concepts, code: 'cap-icu' }] },
  subject: { reference: `Patient/${own('p1')}` },
  authoredOn: hour(at),
  ...facts
})

let dir: string
let store: ServerStore
let step: InferenceStep
let now: string
const timers = new Map<string, { at: Date; message: BusMessage }>()
const policy: Record<string, unknown> = {}
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'stay-'))
  const clock = { now: () => new Date(now) }
  now = ADMITTED
  store = storeOf({ dir, clock, log: silentLogger })
  await store.start()
  step = stepWithoutModels({
    store,
    modules: [module],
    policies: { 'cap-icu': policy },
    timers: {
      at: async (key, at, _topic, message) => void timers.set(key, { at, message }),
      cancel: async (key) => void timers.delete(key)
    },
    clock
  })
})
afterAll(async () => {
  await store.stop()
  await rm(dir, { recursive: true })
})
beforeEach(async () => {
  run++
  now = ADMITTED
  timers.clear()
  for (const key of Object.keys(policy)) delete policy[key]
  await put(person())
})

/** Commits each by itself and hands the events to the module; results make no events here. */
async function put(...resources: (Resource & { id: string })[]): Promise<void> {
  for (const resource of resources) {
    await store.write([{ resource }], { kind: 'ingest' })
    await drain()
  }
}
async function drain(): Promise<void> {
  for (const { seq, event } of await store.takeChanges(1000)) {
    if (event.cause.kind === 'ingest') await step.handle('cap-icu', { change: event })
    await store.dropChanges(seq)
  }
}
/** The clock goes on, and the timers that it passes run out. */
async function until(n: number): Promise<void> {
  now = hour(n)
  for (const [key, { at, message }] of [...timers]) {
    if (at.toISOString() > now) continue
    timers.delete(key)
    const { order: text } = JSON.parse(new TextDecoder().decode(message.value)) as { order: string }
    await step.handle('cap-icu', { timer: { order: text } })
  }
}
type Result = RiskAssessment & { id: string }
const results = async (): Promise<Result[]> =>
  (await store.search<Result>(`RiskAssessment?patient=${own('p1')},${own('p2')}&_count=50`)).sort((a, b) =>
    momentOf(a) < momentOf(b) ? -1 : 1
  )
const momentOf = (result: Result): string => result.prediction![0]!.whenPeriod!.start!
const standing = async () => (await results()).filter(({ status }) => status !== 'entered-in-error')
const inputOf = ({ note }: Result): CapIcuInput => JSON.parse(note![0]!.text!) as CapIcuInput
const codeOf = ({ note }: Result): string => note![0]!.text!
const isLate = ({ meta }: Result): boolean => meta?.tag?.some(({ code }) => code === 'late') ?? false

describe('the moments of a stay', () => {
  test('nothing is read for an observation where the site has named no ward', async () => {
    const never = async (): Promise<never> => {
      throw new Error('read')
    }
    const record = { read: never, search: never, waveform: never } as unknown as Parameters<typeof select>[1]
    const change = { resourceType: 'Observation', id: 'o1', versionId: '1', at: hour(1), cause: { kind: 'ingest' } }
    const event = { change, now: hour(1) } as unknown as Parameters<typeof select>[0]
    expect(await select(event, record, { wards: [] })).toEqual([])
    await expect(select(event, record, { wards: [{ match: 'MICU' }] })).rejects.toThrow('read')
  })

  test('a timer for each moment to come, and an answer when it has come', async () => {
    await put(visit(), creatinine('a', 2, 1.4), creatinine('b', 30, 2))
    expect([...timers.values()].map(({ at }) => at.toISOString())).toEqual([hour(24), hour(48)])
    expect(await results()).toEqual([])
    await until(24)
    const [first] = await results()
    expect(inputOf(first!)).toEqual({
      moment: '24h',
      windowHours: 24,
      age: 75,
      sex: 'female',
      values: [{ variable: 'creatinine', hours: 2, value: 1.4 }]
    })
    expect(first!.basis!.map(({ reference }) => reference)).toEqual([
      `Encounter/${own('v1')}/_history/1`,
      `Observation/${own('a')}/_history/1`
    ])
    expect(isLate(first!)).toBe(false)
    await until(48)
    expect((await results()).map((one) => inputOf(one).values!.length)).toEqual([1, 2])
  })

  test('a moment that has passed is answered at once, late when it is more than an hour back', async () => {
    now = hour(24.5)
    await put(visit())
    expect((await results()).map(isLate)).toEqual([false])
    now = hour(60)
    await put(visit({ priority: { text: 'urgent' } }))
    expect((await results()).map(isLate)).toEqual([false, true])
  })

  test.each([
    ['left intensive care', left(20)],
    ['was discharged', { status: 'finished', period: { start: hour(-10), end: hour(20) } }]
  ] as const)('who %s before a moment is not foretold it', async (_, facts) => {
    await put(visit())
    now = hour(20)
    await put(visit(facts as Partial<Encounter>))
    await until(50)
    expect(await results()).toEqual([])
  })

  test.each([
    ['with a time', { deceasedDateTime: hour(20) }],
    ['with a day only', { deceasedDateTime: '2026-01-06' }],
    ['without a time', { deceasedBoolean: true }]
  ])('whose death is known, %s, is not foretold it', async (_, death) => {
    await put(visit())
    now = hour(21)
    await put(person(death))
    await until(50)
    expect(await results()).toEqual([])
  })

  test('a death without a time that becomes known afterwards takes nothing back', async () => {
    await put(visit(), creatinine('a', 2, 1.4))
    await until(24)
    await put(person({ deceasedBoolean: true }), creatinine('a', 2, 1.5))
    expect((await standing()).map(({ meta }) => meta!.versionId)).toEqual(['2'])
  })

  test('a ward may be named by its Location', async () => {
    await put({ resourceType: 'Location', id: own('l1'), name: 'ICU', mode: 'instance' })
    const place = { location: { reference: `Location/${own('l1')}` }, period: { start: hour(0) } }
    await put(visit({ location: [place] }))
    await until(24)
    expect((await results()).map(momentOf)).toEqual([hour(24)])
  })

  test('a return after the gap is a stay of its own, answered by itself', async () => {
    const moves = [
      ['ICU', 0, 30],
      ['3W', 30, 60],
      ['ICU', 60, undefined]
    ] as const
    await put(
      visit({
        location: moves.map(([display, from, to]) => ({
          location: { display },
          period: { start: hour(from), ...(to === undefined ? {} : { end: hour(to) }) }
        }))
      })
    )
    await until(90)
    expect((await results()).map(momentOf)).toEqual([hour(24), hour(84)])
  })

  test('a site may ask for one moment only', async () => {
    policy['moments'] = [48]
    await put(visit())
    await until(50)
    expect((await results()).map(momentOf)).toEqual([hour(48)])
  })
})

describe('what comes later', () => {
  beforeEach(async () => {
    await put(visit(), creatinine('a', 2, 1.4))
    await until(24)
  })
  const versions = async () => (await results()).map(({ meta }) => Number(meta!.versionId))

  test.each<[string, () => Observation & { id: string }, number[]]>([
    ['a value of the window', () => creatinine('b', 23, 2), [2]],
    ['a correction', () => creatinine('a', 2, 1.6, { status: 'corrected' }), [2]],
    ['a retraction', () => creatinine('a', 2, 1.4, { status: 'entered-in-error' }), [2]],
    ['a correction that moves it out of the window', () => creatinine('a', 25, 1.4, { status: 'corrected' }), [2]],
    ['a value after the window', () => creatinine('b', 24, 2), [1]],
    ['a value before the stay', () => creatinine('b', -1, 2), [1]],
    [
      'another test',
      () => creatinine('b', 3, 2, { code: { coding: [{ system: 'http://loinc.org', code: '1-8' }] } }),
      [1]
    ]
  ])('%s', async (_, observation, expected) => {
    now = hour(30)
    await put(observation())
    expect(await versions()).toEqual(expected)
    // The first answer came in time, whatever is put right afterwards.
    expect((await results()).map(isLate)).toEqual([false])
  })

  test('history keeps what was said at the moment', async () => {
    const [{ id }] = (await results()) as [Result]
    await put(creatinine('b', 23, 2))
    const issued = await store.readVersion<Result>('RiskAssessment', id, '1')
    expect(inputOf(issued!).values).toHaveLength(1)
  })

  test('a message of many values makes one version, and asks for the stay once', async () => {
    const many = Array.from({ length: 20 }, (_, i) => ({ resource: creatinine(`m${i}`, 3 + i / 10, 1 + i / 10) }))
    await store.write(many, { kind: 'ingest' })
    await drain()
    expect(await versions()).toEqual([2])
  })

  test('transfers and the discharge change no answer', async () => {
    now = hour(40)
    await put(visit(left(40)))
    await put(visit({ ...left(40), status: 'finished', period: { start: hour(-10), end: hour(90) } }))
    expect(await versions()).toEqual([1])
  })

  test.each(['cancelled', 'entered-in-error'] as const)('a visit that is %s takes the answer back', async (status) => {
    await put(visit({ status }))
    expect((await results()).map((one) => one.status)).toEqual(['entered-in-error'])
    await put(visit())
    expect((await standing()).map(momentOf)).toEqual([hour(24)])
  })

  test('a stay that turns out to begin elsewhere, or to have been too short, takes the answer back', async () => {
    const later = visit()
    later.location![1]!.period = { start: hour(4) }
    await put(later)
    expect(await standing()).toEqual([])
    await until(28)
    expect((await standing()).map(momentOf)).toEqual([hour(28)])
    await put(visit(left(20)))
    expect(await standing()).toEqual([])
  })

  test('a birth date makes a new version; a merge moves it to the survivor under its id', async () => {
    const [{ id }] = (await results()) as [Result]
    await put(person({ birthDate: '1940-02-03' }))
    expect(inputOf((await results())[0]!).age).toBe(85)
    const original = {
      url: 'https://hisbundle.example/fhir/StructureDefinition/original-subject',
      valueReference: { reference: `Patient/${own('p1')}` }
    }
    await put(person({ id: own('p2'), birthDate: '1940-02-03' }))
    await store.write(
      [
        { resource: visit({ subject: { reference: `Patient/${own('p2')}` }, extension: [original] }) },
        { resource: creatinine('a', 2, 1.4, { subject: { reference: `Patient/${own('p2')}` }, extension: [original] }) }
      ],
      { kind: 'ingest' }
    )
    await drain()
    expect((await results()).map((one) => [one.id, one.subject!.reference])).toEqual([[id, `Patient/${own('p2')}`]])
  })
})

describe('an order', () => {
  test('is answered with the stay so far, and completed', async () => {
    now = hour(10)
    await put(visit(), creatinine('a', 2, 1.4), creatinine('b', 9.5, 2), order(9))
    const [answer] = await results()
    expect(inputOf(answer!)).toMatchObject({ moment: 'request', windowHours: 9, values: [{ hours: 2 }] })
    expect((await store.read<ServiceRequest>('ServiceRequest', own('r1')))!.status).toBe('completed')
    await put(creatinine('a', 2, 1.7, { status: 'corrected' }))
    expect((await results()).map(({ meta }) => meta!.versionId)).toEqual(['2'])
  })

  test('covers the first 48 h at most', async () => {
    now = hour(60)
    await put(visit(), order(59))
    expect((await results()).map(inputOf).find(({ moment }) => moment === 'request')!.windowHours).toBe(48)
  })

  test('waits for the admission that comes behind it', async () => {
    now = hour(10)
    await put(order(9))
    expect([...timers.values()].map(({ at }) => at.toISOString())).toEqual([hour(10)])
    await put(visit())
    expect((await results()).map((one) => inputOf(one).moment)).toEqual(['request'])
  })

  test('that waited in vain is refused', async () => {
    now = hour(9)
    await put(order(9))
    await until(10.1)
    expect((await results()).map(codeOf)).toEqual(['input-missing'])
  })

  test('of another module is none of ours', async () => {
    now = hour(10)
    await put(visit(), order(9, { code: { coding: [{ system: CODE_SYSTEM.concepts, code: 'pocket-k' }] } }))
    expect(await results()).toEqual([])
  })
})

describe('refuses', () => {
  const aiUse = { system: CODE_SYSTEM.concepts, code: 'ai-use' }
  const deny = () => ({
    resourceType: 'Consent' as const,
    id: own('c1'),
    status: 'active' as const,
    scope: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' }] },
    category: [{ coding: [aiUse] }],
    patient: { reference: `Patient/${own('p1')}` },
    policyRule: { text: 'site' },
    provision: { type: 'deny' as const }
  })
  test.each<[string, () => Resource & { id: string }]>([
    ['patient-unidentified', () => person({ meta: { tag: [{ ...HIS.unidentified }] } })],
    ['patient-mismatch', () => visit({ meta: { tag: [{ ...HIS.quarantine }] } })],
    ['consent-not-permitted', deny],
    [
      'encounter-merged',
      () => person({ link: [{ type: 'replaced-by', other: { reference: `Patient/${own('p1')}` } }] })
    ]
  ])('by code %s', async (code, resource) => {
    await put(visit(), resource())
    await until(24)
    expect((await results()).map(codeOf)).toEqual([code])
  })

  test('by code clock-implausible a stay that began when a clock was never set', async () => {
    const place = { location: { display: 'ICU' }, period: { start: '1970-01-01T00:10:00Z' } }
    await put(visit({ period: undefined, location: [place] }))
    expect((await results()).map(codeOf)).toEqual(['clock-implausible', 'clock-implausible'])
  })

  test('a consent that is given later makes a new version', async () => {
    await put(visit(), deny())
    await until(24)
    await put({ ...deny(), status: 'inactive' })
    expect((await results()).map(inputOf)).toMatchObject([{ moment: '24h' }])
  })
})

describe('care for comfort only', () => {
  const comfort = { coding: [{ system: 'http://snomed.info/sct', code: '133918004' }] }
  const status = { coding: [{ system: 'urn:site', code: 'CODE' }] }
  const said = (id: string, at: number, value: Observation['valueCodeableConcept']) =>
    creatinine(id, at, 0, { code: status, valueQuantity: undefined, valueCodeableConcept: value })
  test.each<[string, () => (Resource & { id: string })[], boolean | undefined]>([
    ['as value of a code status', () => [said('s', 20, comfort)], true],
    ['taken back since', () => [said('s', 10, comfort), said('t', 20, { text: 'full treatment' })], undefined],
    ['said after the moment', () => [said('s', 25, comfort)], undefined],
    [
      'as a condition',
      () => [
        {
          resourceType: 'Condition',
          id: own('d'),
          code: comfort,
          recordedDate: hour(5),
          subject: { reference: `Patient/${own('p1')}` }
        }
      ],
      true
    ],
    ['as an order', () => [order(5, { id: own('r2'), code: comfort })], true],
    ['of an earlier stay in hospital', () => [order(-500, { id: own('r2'), code: comfort })], undefined]
  ])('%s', async (_, resources, expected) => {
    await put(visit(), ...resources())
    await until(24)
    expect(inputOf((await results())[0]!).comfortCare).toBe(expected)
  })

  test('without a date was said when it came: an old stay is not refused by it', async () => {
    await put(visit())
    await until(24)
    now = hour(30)
    await put({ ...creatinine('s', 20, 0, { code: status, valueQuantity: undefined }), effectiveDateTime: undefined })
    const undated = {
      resourceType: 'Condition' as const,
      code: comfort,
      subject: { reference: `Patient/${own('p1')}` }
    }
    await put({ ...undated, id: own('d') }, said('t', 20, comfort))
    expect((await results()).map((one) => inputOf(one).comfortCare)).toEqual([true])
    await put({ ...said('t', 20, comfort), status: 'entered-in-error' })
    expect((await results()).map((one) => inputOf(one).comfortCare)).toEqual([undefined])
  })

  test('charted late makes a new version', async () => {
    await put(visit())
    await until(24)
    await put(said('s', 20, comfort))
    expect((await results()).map((one) => inputOf(one).comfortCare)).toEqual([true])
  })
})
