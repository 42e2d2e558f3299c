import type { Encounter, Observation, RiskAssessment } from '@medplum/fhirtypes'
import { seeded } from '../../server/demo/simulate/random.ts'
import { settableClock } from '../support/settable-clock.ts'
import { buildWorld, type World } from '../support/world.ts'
import { dtm, hl7, msh } from './support/hospital.ts'
import { sender } from './support/hospital-world.ts'
import { quiet } from './support/quiet.ts'

/** A stay in intensive care over the whole server: ADT and ORU through sockets, a clock of its own, the shipped model. */
const ADMITTED = new Date('2026-03-02T08:00:00Z')
const hour = (n: number): Date => new Date(ADMITTED.getTime() + n * 3_600_000)
const clock = settableClock(ADMITTED)
let world: World
let client: ReturnType<typeof sender>
beforeAll(async () => {
  const codeMap = {
    observations: { 'L|CREA': { system: 'http://loinc.org', code: '2160-0' } },
    orders: { 'L|ICURISK': 'cap-icu' }
  }
  world = await buildWorld({
    clock,
    config: {
      feeds: [
        { name: 'hl7', transport: 'mllp', options: { port: 0 }, defaultAuthority: 'HOSP', zone: 'UTC', codeMap },
        { name: 'drop', transport: 'http-drop', options: {}, defaultAuthority: 'HOSP', zone: 'UTC', codeMap }
      ],
      modules: {
        'cap-icu': {
          mode: 'shadow',
          policy: {
            moments: [24],
            wards: [
              { match: 'ICU', kind: 'medical' },
              { match: 'CCU', kind: 'coronary' }
            ]
          }
        }
      }
    }
  })
  client = sender(world)
})
afterAll(async () => {
  await client?.close()
  await world?.stop()
})

const pid = (token: string): string =>
  `PID|1||${token}^^^HOSP^MR||Sim^Ulla||19500301|F|||||||||||||||||||||`.replace(/\|+$/, '')
interface Adt {
  event: string
  /** Hours after the admission at which it was recorded. */
  at: number
  ward?: string
  disposition?: string
}
const adt = (token: string, { event, at, ward = '', disposition = '' }: Adt): Uint8Array => {
  const pv1: string[] = Array(46).fill('')
  Object.assign(pv1, { 0: 'PV1', 1: '1', 2: 'I', 3: ward, 19: `V${token}^^^HOSP^VN`, 36: disposition })
  return hl7(
    msh({ type: `ADT^${event}^ADT_A01`, controlId: `${event}${token}${at}`, at: hour(at), application: 'ADT' }),
    `EVN|${event}|${dtm(hour(at))}`,
    pid(token),
    pv1.join('|').replace(/\|+$/, '')
  )
}
type Obx = [code: string, value: string, unit: string, status?: string]
const oru = (token: string, id: string, at: number, values: Obx[], sentAt = at): Uint8Array =>
  hl7(
    msh({ type: 'ORU^R01^ORU_R01', controlId: `${id}${token}${sentAt}`, at: hour(sentAt) }),
    pid(token),
    `OBR|1||${id}${token}^LAB|PANEL^Panel^L|||${dtm(hour(at))}|||||||||||||||${dtm(hour(sentAt))}|||F`,
    ...values.map(
      ([code, value, unit, status = 'F'], i) =>
        `OBX|${i + 1}|NM|${code}||${value}|${unit}|||||${status}|||${dtm(hour(at))}`
    )
  )
const labs = (creatinine: string, status?: string): Obx[] => [
  ['CREA^Creatinine^L', creatinine, 'umol/L', status],
  ['2524-7^Lactate^LN', '3.1', 'mmol/L'],
  ['777-3^Platelets^LN', '180', '10*9/L'],
  ['3094-0^Urea nitrogen^LN', '40', 'mg/dL'],
  ['2951-2^Sodium^LN', '139', 'mmol/L'],
  ['1963-8^Bicarbonate^LN', '21', 'mmol/L'],
  ['6690-2^Leukocytes^LN', '14.1', '10*3/uL']
]
const vitals: Obx[] = [
  ['8867-4^Heart rate^LN', '112', 'bpm'],
  ['8478-0^Mean blood pressure^LN', '61', 'mmHg'],
  ['9279-1^Respiratory rate^LN', '26', 'breaths/min'],
  ['8310-5^Body temperature^LN', '38.4', 'Cel'],
  ['59408-5^Oxygen saturation^LN', '93', '%'],
  ['9269-2^Glasgow coma score total^LN', '13', '']
]
async function send(...messages: Uint8Array[]): Promise<void> {
  for (const bytes of messages) expect((await client.send(bytes)).code).toBe('AA')
  await quiet(world.app)
}
async function until(n: number): Promise<void> {
  clock.set(hour(n))
  world.app.store.coordination.announce('timers', '')
  await quiet(world.app)
}
type Result = RiskAssessment & { id: string }
const results = (token: string) =>
  world.search<Result>(`RiskAssessment?patient.identifier=${token}&method=cap-icu&_count=20`)
const probability = (result: RiskAssessment | undefined): number =>
  result?.prediction?.[0]?.probabilityDecimal ?? Number.NaN

test('admission, values, the 24th hour, a late value, a correction, a cancelled admission', async () => {
  clock.set(hour(0.5))
  await send(adt('A1', { event: 'A01', at: -5, ward: '3W^1' }), adt('A1', { event: 'A02', at: 0, ward: 'ICU^1^2' }))
  clock.set(hour(3))
  await send(oru('A1', 'L', 2, labs('140')), oru('A1', 'V', 2.5, vitals))
  expect(await results('A1')).toEqual([])
  await until(24.01)
  const [issued] = await results('A1')
  expect(issued).toMatchObject({ status: 'preliminary', meta: { versionId: '1' } })
  expect(probability(issued)).toBeGreaterThan(0)
  expect(issued!.prediction![0]!.whenPeriod!.start).toBe(hour(24).toISOString())
  expect(issued!.basis).toHaveLength(14)
  expect(issued!.meta!.tag!.map(({ code }) => code)).not.toContain('late')

  // Collected within the window, sent behind it.
  clock.set(hour(26))
  await send(oru('A1', 'M', 20, [['CREA^Creatinine^L', '420', 'umol/L']], 25))
  const [second] = await results('A1')
  expect([second!.id, second!.meta!.versionId, second!.basis!.length]).toEqual([issued!.id, '2', 15])
  expect(await world.fhir<Result>(`RiskAssessment/${issued!.id}/_history/1`)).toMatchObject({
    prediction: [{ probabilityDecimal: probability(issued) }]
  })
  await send(oru('A1', 'M', 20, [['CREA^Creatinine^L', '42', 'umol/L', 'C']], 25.5))
  const [third] = await results('A1')
  expect(third!.meta!.versionId).toBe('3')
  expect(probability(third)).not.toBe(probability(second))
  // Neither a value of the second day nor a transfer changes what was said of the first.
  await send(oru('A1', 'N', 25, labs('500'), 25.6), adt('A1', { event: 'A02', at: 25.7, ward: '3W^1' }))
  expect((await results('A1'))[0]!.meta!.versionId).toBe('3')

  await send(adt('A1', { event: 'A11', at: 25.9 }))
  expect((await results('A1')).map(({ status }) => status)).toEqual(['entered-in-error'])
})

test('an order is answered with what is known so far', async () => {
  clock.set(hour(8))
  const order = hl7(
    msh({ type: 'OML^O21^OML_O21', controlId: 'BA2', at: hour(8) }),
    pid('A2'),
    `ORC|NW|PLA2^LAB|||||||${dtm(hour(8))}`,
    `OBR|1|PLA2^LAB||ICURISK^ICU risk^L|||${dtm(hour(8))}`
  )
  await send(
    adt('A2', { event: 'A01', at: 0, ward: 'ICU^1' }),
    oru('A2', 'L', 2, labs('140')),
    oru('A2', 'V', 3, vitals),
    order
  )
  const [answer] = await results('A2')
  expect(answer).toMatchObject({
    status: 'preliminary',
    basedOn: { reference: expect.stringMatching('ServiceRequest/') }
  })
  expect(answer!.prediction![0]!.whenPeriod!.start).toBe(hour(8).toISOString())
})

test('a FHIR bundle of a stay that is over is answered late, by the wards its Locations are called', async () => {
  clock.set(hour(200))
  const entry = (id: string, resource: object) => ({ fullUrl: `urn:uuid:${id}`, resource })
  const [person, place, visit] = ['1', '2', '3'].map((n) => `0000000${n}-0000-4000-8000-000000000000`) as [
    string,
    string,
    string
  ]
  const subject = { reference: `urn:uuid:${person}` }
  const measured = labs('1.2').map(([code, value], i) =>
    entry(`1000000${i}-0000-4000-8000-000000000000`, {
      resourceType: 'Observation',
      status: 'final',
      code: { coding: [{ system: 'http://loinc.org', code: i === 0 ? '2160-0' : code.split('^')[0] }] },
      subject,
      encounter: { reference: `urn:uuid:${visit}` },
      effectivePeriod: { start: hour(2).toISOString(), end: hour(2.1).toISOString() },
      valueQuantity: {
        value: Number(value),
        system: 'http://unitsofmeasure.org',
        code: ['mg/dL', 'mmol/L', '10*9/L', 'mg/dL', 'mmol/L', 'mmol/L', '10*3/uL'][i]
      }
    })
  )
  const pressure = entry('20000000-0000-4000-8000-000000000000', {
    resourceType: 'Observation',
    status: 'final',
    code: { coding: [{ system: 'http://loinc.org', code: '85354-9' }] },
    subject,
    effectiveDateTime: hour(3).toISOString(),
    component: [
      {
        code: { coding: [{ system: 'http://loinc.org', code: '8478-0' }] },
        valueQuantity: { value: 60, system: 'http://unitsofmeasure.org', code: 'mm[Hg]' }
      }
    ]
  })
  const bundle = {
    resourceType: 'Bundle',
    type: 'collection',
    entry: [
      entry(person, {
        resourceType: 'Patient',
        identifier: [{ system: 'urn:oid:2.999.1', value: 'F1' }],
        birthDate: '1940-05-01',
        gender: 'male'
      }),
      entry(place, { resourceType: 'Location', name: 'ICU', mode: 'instance' }),
      entry(visit, {
        resourceType: 'Encounter',
        status: 'finished',
        class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
        subject,
        period: { start: hour(0).toISOString(), end: hour(90).toISOString() },
        location: [{ location: { reference: `urn:uuid:${place}` }, period: { start: hour(0).toISOString() } }]
      }),
      ...measured,
      pressure
    ]
  }
  const response = await fetch(`${world.http}/inbound/drop`, {
    method: 'POST',
    headers: { 'content-type': 'application/fhir+json', prefer: 'wait=10' },
    body: JSON.stringify(bundle)
  })
  expect(response.status).toBeLessThan(300)
  await quiet(world.app)
  const [answer] = await results('F1')
  expect(answer).toMatchObject({ status: 'preliminary' })
  expect(answer!.basis).toHaveLength(9)
  expect(answer!.meta!.tag!.map(({ code }) => code)).toContain('late')
})

test('in any order of arrival the answers are the same', async () => {
  const uniform = seeded(20260302)
  const told = (token: string): Uint8Array[] => [
    adt(token, { event: 'A01', at: -5, ward: '3W^1' }),
    adt(token, { event: 'A02', at: 0, ward: 'ICU^1' }),
    adt(token, { event: 'A02', at: 30, ward: 'CCU^4' }),
    adt(token, { event: 'A03', at: 80, ward: 'CCU^4', disposition: '20' }),
    oru(token, 'L', 2, labs('140')),
    oru(token, 'V', 3, vitals),
    oru(token, 'L', 2, labs('240', 'C'), 30)
  ]
  clock.set(hour(100))
  const states: unknown[] = []
  for (const token of ['P1', 'P2', 'P3', 'P4']) {
    const messages = told(token)
    const order = token === 'P1' ? messages : messages.toSorted(() => uniform() - 0.5)
    await send(...order)
    states.push(await stateOf(token))
  }
  expect(states[0]).toMatchObject({ visits: [['finished', 3]], answers: [{ status: 'preliminary', basis: 14 }] })
  for (const state of states.slice(1)) expect(state).toEqual(states[0])
})

async function stateOf(token: string) {
  const visits = await world.search<Encounter>(`Encounter?patient.identifier=${token}`)
  const observations = await world.search<Observation>(`Observation?patient.identifier=${token}&code=2160-0`)
  const found = (await results(token)).filter(({ status }) => status !== 'entered-in-error')
  return {
    visits: visits.map(({ status, location }) => [status, location?.length]),
    observations: observations.map(({ status, valueQuantity }) => [status, valueQuantity?.value]),
    answers: found.map(({ status, basis, prediction }) => ({ status, basis: basis!.length, prediction }))
  }
}
