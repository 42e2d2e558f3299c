import type { Observation } from '@medplum/fhirtypes'
import { createMllpClient } from '../../adapters/transports/mllp/client.ts'
import { TWIN_AUTHORITY } from '../../server/scores/twin-identity.ts'
import { startVendorScore, type VendorScore } from '../support/vendor-score.ts'
import { buildWorld, type World } from '../support/world.ts'
import { dtm, hl7, minutes, msh } from './support/hospital.ts'
import { sender } from './support/hospital-world.ts'
import { quiet } from './support/quiet.ts'

/** A bought score in the closed loop: the hospital's messages reach the vendor, its answers the server, deaths judge both. */
const SCORES = { system: 'http://vendor.example/codes', code: 'EWS' }
const now = new Date(Math.floor(Date.now() / 1000) * 1000)
const PEOPLE = 36

let world: World
let vendor: VendorScore
let hospital: ReturnType<typeof sender>
let toVendor: ReturnType<typeof createMllpClient>

beforeAll(async () => {
  const codeMap = { observations: { 'L|EWS': SCORES } }
  world = await buildWorld({
    config: {
      feeds: [
        { name: 'hl7', transport: 'mllp', options: { port: 0 }, defaultAuthority: 'HOSP', zone: 'UTC', codeMap },
        { name: 'vendor', transport: 'mllp', options: { port: 0 }, defaultAuthority: 'HOSP', zone: 'UTC', codeMap }
      ],
      modules: {
        'pocket-k': { mode: 'off' },
        ecgomics: { mode: 'off' },
        'cap-icu': { mode: 'off', policy: { wards: [{ match: 'ICU' }] } }
      },
      scores: [
        {
          id: 'ews',
          title: 'Early warning score',
          code: SCORES,
          scale: { kind: 'percent' },
          truth: { module: 'cap-icu', label: 'death.24h' },
          threshold: 20
        }
      ]
    }
  })
  vendor = await startVendorScore({ answerTo: () => world.address('vendor'), now: () => minutes(now, -60) })
  hospital = sender(world)
  const { hostname: host, port } = new URL(vendor.address.replace('mllp:', 'http:'))
  toVendor = createMllpClient({ host, port: Number(port) })
})

afterAll(async () => {
  await toVendor?.close()
  await hospital?.close()
  await vendor?.stop()
  await world?.stop()
})

const pid = (n: number): string =>
  `PID|1||E${n}^^^HOSP^MR||Simulated^P${n}||19${40 + (n % 30)}0301|${n % 2 === 0 ? 'F' : 'M'}||${n % 3 === 0 ? '2054-5^Black or African American^HL70005' : '2106-3^White^HL70005'}`

function pv1(n: number, end?: { disposition: string }): string {
  const fields: string[] = Array(46).fill('')
  fields[1] = '1'
  fields[2] = 'I'
  fields[3] = 'ICU^7^1^HOSP'
  fields[19] = `EV${n}^^^HOSP^VN`
  fields[44] = dtm(minutes(now, -30 * 60))
  if (end) {
    fields[36] = end.disposition
    fields[45] = dtm(now)
  }
  return `PV1|${fields.slice(1).join('|')}`.replace(/\|+$/, '')
}

const adt = (event: string, n: number, end?: { disposition: string }) =>
  hl7(
    msh({
      type: `ADT^${event}^ADT_${event}`,
      controlId: `${event}${n}`,
      at: end ? now : minutes(now, -30 * 60),
      application: 'ADT'
    }),
    `EVN|${event}|${dtm(end ? now : minutes(now, -30 * 60))}`,
    pid(n),
    pv1(n, end)
  )

/** The Glasgow coma score falls with the number, so that the vendor's score rises. */
const oru = (n: number) =>
  hl7(
    msh({ type: 'ORU^R01^ORU_R01', controlId: `R${n}`, at: minutes(now, -120) }),
    pid(n),
    pv1(n),
    `OBR|1||R${n}^MON|VITALS^Vitals^L|||${dtm(minutes(now, -120))}|||||||||||||||${dtm(minutes(now, -120))}|||F`,
    `OBX|1|NM|9269-2^Glasgow coma score^LN||${15 - (n % 12)}|{score}^^UCUM|||||F`
  )

const send = async (...messages: Uint8Array[]): Promise<void> => {
  for (const bytes of messages) expect((await hospital.send(bytes)).code).toBe('AA')
}

interface Pairs {
  pairs: { value: number; truth: number; threshold?: number; result: string; groups: Record<string, string> }[]
}
const pairs = async () => (await world.admin<Pairs>('/admin/performance/score:ews/pairs?count=100')).pairs
const observations = () =>
  world.search<Observation & { id: string }>(
    `Observation?code=${encodeURIComponent(`${SCORES.system}|EWS`)}&_count=100`
  )

test('scores that arrive as ORU are judged by how the stays ended, as our own are', async () => {
  for (let n = 0; n < PEOPLE; n++) {
    for (const bytes of [adt('A01', n), oru(n)]) {
      await send(bytes)
      expect((await toVendor.send(bytes)).code).toBe('AA')
    }
  }
  await world.until('a score of everybody', async () => (await observations()).length === PEOPLE, 30_000)
  expect(await pairs()).toEqual([])
  // Whoever has a coma score of 7 or less dies: the score is right about all of them.
  for (let n = 0; n < PEOPLE; n++) await send(adt('A03', n, { disposition: 15 - (n % 12) <= 7 ? '20' : '01' }))
  await quiet(world.app)
  const judged = await pairs()
  expect(judged).toHaveLength(PEOPLE)
  expect(judged.filter(({ truth }) => truth === 1)).toHaveLength(PEOPLE / 3)
  const [one] = judged
  expect(one?.threshold).toBe(0.2)
  expect(one?.groups).toMatchObject({ sex: expect.stringMatching(/^(fe)?male$/), age: expect.any(String) })
  expect(Math.min(...judged.filter(({ truth }) => truth === 1).map(({ value }) => value))).toBeGreaterThan(
    Math.max(...judged.filter(({ truth }) => truth === 0).map(({ value }) => value))
  )
}, 60_000)

test('the same page shows it beside our modules', async () => {
  const { sources } = await world.admin<{ sources: { id?: string; source?: string; title: string }[] }>(
    '/admin/performance'
  )
  expect(JSON.stringify(sources)).toContain('score:ews')
  const report = await world.admin<unknown>('/admin/performance/score:ews')
  // 12 deaths are too few for a figure (specs README section M); the pairs are counted.
  expect(JSON.stringify(report)).toContain('"pairs":36')
  expect(JSON.stringify(report)).toContain('"version":"EWS 2.1"')
})

/** What the vendor first said of a person, said again with some fields changed. */
async function saidOf(
  patient: string,
  to: { status?: string; value: string; patient?: string; authority?: string; visit?: string; order?: string }
): Promise<void> {
  const text = vendor.said.find((one) => one.includes(`|${patient}^^^`))!
  const moved = text
    .replaceAll(`${patient}^^^HOSP`, `${to.patient ?? patient}^^^${to.authority ?? 'HOSP'}`)
    .replaceAll(/EV\d+\^/g, (visit) => (to.visit ? `${to.visit}^` : visit))
    .replaceAll(/EWS(\d+)/g, (order, digits) => (to.order ? `${to.order}${digits}` : order))
  const lines = moved.split('\r').map((line) => {
    const fields = line.split('|')
    if (fields[0] === 'MSH') fields[9] = `${patient}${to.patient ?? ''}${to.status ?? 'N'}`
    if (fields[0] === 'OBX') {
      fields[5] = to.value
      fields[11] = to.status ?? 'F'
    }
    return fields.join('|')
  })
  const { hostname: host, port } = new URL(world.address('vendor').replace('mllp:', 'http:'))
  const client = createMllpClient({ host, port: Number(port) })
  expect((await client.send(Buffer.from(lines.join('\r')))).code).toBe('AA')
  await client.close()
  await quiet(world.app)
}

test('a correction changes nothing of what is judged, a retraction takes it out', async () => {
  const before = await pairs()
  await saidOf('E1', { status: 'C', value: '99.0' })
  expect((await observations()).filter(({ status }) => status === 'corrected')).toHaveLength(1)
  expect(await pairs()).toEqual(before)
  await saidOf('E2', { status: 'W', value: '' })
  const after = await pairs()
  expect(after).toHaveLength(PEOPLE - 1)
})

test('rows made anew from the record are the same', async () => {
  const before = await pairs()
  await world.admin('/admin/performance/rebuild', {})
  expect(await pairs()).toEqual(before)
})

test('a score outside its scale is counted and judged nowhere', async () => {
  await send(adt('A01', 99), oru(99))
  await saidOf('E3', { visit: 'EV99', patient: 'E99', order: 'EWX', value: '230' })
  expect(await observations()).toHaveLength(PEOPLE + 1)
  expect(await pairs()).toHaveLength(PEOPLE - 1)
  expect(JSON.stringify(await world.admin('/admin/performance/score:ews'))).toContain('"refused":1')
})

test('a score of a twin of an audit is kept as test data and judged nowhere', async () => {
  const answered = async () =>
    /"answered":\d+/.exec(JSON.stringify(await world.admin('/admin/performance/score:ews')))?.[0]
  const before = await answered()
  await saidOf('E4', { visit: 'EV98', patient: 'HBA-1', authority: TWIN_AUTHORITY, order: 'EWT', value: '55' })
  const all = await observations()
  expect(all).toHaveLength(PEOPLE + 2)
  const twin = all.find(({ valueQuantity }) => valueQuantity?.value === 55)
  expect(twin?.meta?.tag?.map(({ code }) => code)).toContain('HTEST')
  expect(await answered()).toBe(before)
})
