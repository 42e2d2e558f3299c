import type { RiskAssessment, ServiceRequest } from '@medplum/fhirtypes'
import type { BusRecord } from '../../core/event-bus.ts'
import type { World } from '../support/world.ts'
import { admission, dtm, ecgMessage, minutes, order } from './support/hospital.ts'
import { hospitalWorld, segment, sender } from './support/hospital-world.ts'
import { type LabMessage, laboratory } from './support/receivers.ts'

/** The order conversation of rules section 6 and the laboratory's answers of hardening A1-6 and A1-7. */
const now = new Date(Math.floor(Date.now() / 1000) * 1000)
const facts = { family: 'Sim', given: 'Ulla', birthDate: '19500301', sex: 'F' }
let answer: (message: LabMessage, n: number) => string | null = () => 'AA'
let lab: Awaited<ReturnType<typeof laboratory>>
let world: World
let client: ReturnType<typeof sender>
beforeAll(async () => {
  lab = await laboratory((message, n) => answer(message, n))
  world = await hospitalWorld(lab.address)
  client = sender(world)
})
afterAll(async () => {
  await client?.close()
  await world?.stop()
  await lab?.close()
})
afterEach(() => {
  answer = () => 'AA'
})

const orderOf = (token: string, changes: Partial<Parameters<typeof order>[0]> = {}) =>
  order({ controlId: `B${token}`, at: now, placer: `PL${token}`, placedAt: now, mrn: token, ...facts, ...changes })
const ecgOf = (token: string, changes: Partial<Parameters<typeof ecgMessage>[0]> = {}) =>
  ecgMessage({
    controlId: `D${token}`,
    at: now,
    filler: `E${token}`,
    acquiredAt: minutes(now, -10),
    latent: 8.2,
    seed: 7,
    mrn: token,
    ...facts,
    ...changes
  })
const send = async (bytes: Uint8Array) => Buffer.from((await client.send(bytes)).reply).toString()
const oruOf = (token: string) =>
  lab.received.filter(({ type, text }) => type === 'ORU^R01' && text.includes(`PL${token}^LAB`))
const resultsOf = (token: string) =>
  world.search<RiskAssessment>(`RiskAssessment?patient.identifier=${token}&_count=20`)

test('original mode: ORL^O22 on the connection, then ORU^R01 under the same numbers when the ECG comes', async () => {
  const orl = await send(orderOf('OA'))
  expect(segment(orl, 'MSH')(9)).toBe('ORL^O22^ORL_O22')
  expect([segment(orl, 'MSA')(1), segment(orl, 'MSA')(2)]).toEqual(['AA', 'BOA'])
  expect([segment(orl, 'ORC')(1), segment(orl, 'ORC')(2)]).toEqual(['OK', 'PLOA^LAB'])
  const filler = segment(orl, 'ORC')(3)
  expect(filler).toMatch(/^HB/)
  // An identical resend is answered with the very same bytes.
  expect(await send(orderOf('OA'))).toBe(orl)
  await send(ecgOf('OA'))
  const { text } = await world.until('the ORU', () => oruOf('OA')[0])
  expect(segment(text, 'ORC')(1)).toBe('RE')
  expect([segment(text, 'OBR')(2), segment(text, 'OBR')(3)]).toEqual(['PLOA^LAB', filler])
  expect(segment(text, 'OBR')(4)).toBe('KSCREEN^Potassium screen^L')
  expect(Date.parse(isoOf(segment(text, 'OBR')(7)))).toBe(minutes(now, -10).getTime())
  expect(segment(text, 'OBR')(25)).toBe('P')
  const obx = segment(text, 'OBX')
  expect([obx(2), obx(6), obx(11)]).toEqual(['NM', '', 'P'])
  expect(obx(5)).toMatch(/^[01]\.\d{3}$/)
  await world.until(
    'the order is completed',
    async () => (await world.search<ServiceRequest>('ServiceRequest?identifier=PLOA^LAB'))[0]?.status === 'completed'
  )
  // Resulted: cancelling is no longer possible.
  expect(segment(await send(orderOf('OA', { controlId: 'BOA2', control: 'CA' })), 'ORC')(1)).toBe('UC')
})

test('enhanced mode: CA on the connection, the ORL through the outbox to the reply address, the ORU after it', async () => {
  await send(ecgOf('OB'))
  const accept = await send(orderOf('OB', { accept: 'AL', applicationAck: 'AL' }))
  expect(segment(accept, 'MSA')(1)).toBe('CA')
  expect(segment(accept, 'ORC')(1)).toBe('')
  const orl = await world.until('the ORL', () =>
    lab.received.find(({ type, text }) => type === 'ORL^O22' && text.includes('|BOB'))
  )
  expect([segment(orl.text, 'MSA')(2), segment(orl.text, 'ORC')(1)]).toEqual(['BOB', 'OK'])
  const oru = await world.until('the ORU', () => oruOf('OB')[0])
  expect(segment(oru.text, 'OBR')(3)).toBe(segment(orl.text, 'ORC')(3))
  expect(lab.received.filter(({ type }) => type === 'ORL^O22')).toHaveLength(1)
})

test('enhanced mode: a message that lies on the bus under two envelopes, as after a crash before its CA, gets one ORL', async () => {
  const records: BusRecord[] = []
  const reading = await world.app.bus.subscribe('inbound.hl7v2', 'test', async (record) => void records.push(record))
  await send(orderOf('OT', { accept: 'AL', applicationAck: 'AL' }))
  const orls = () => lab.received.filter(({ type, text }) => type === 'ORL^O22' && text.includes('|BOT'))
  await world.until('the ORL', () => orls()[0])
  const first = await world.until('the record', () => records.find(({ value }) => Buffer.from(value).includes('|BOT|')))
  await reading.stop()
  const twin = '01ZZZZZZZZZZZZZZZZZZZZZZZZ'
  await world.app.bus.append('inbound.hl7v2', [{ ...first, headers: { ...first.headers, 'envelope-id': twin } }])
  await world.until(
    'the second envelope',
    async () => (await world.app.pipeline.story.settlementOf(twin)) !== undefined
  )
  await send(orderOf('OU', { accept: 'AL', applicationAck: 'AL' }))
  // In one queue, so a second ORL of the first order would come before this.
  await world.until('the next ORL', () => lab.received.find(({ text }) => text.includes('|BOU')))
  expect(orls()).toHaveLength(1)
})

test('a result whose visit becomes known later is written anew, and not sent again: it says the same', async () => {
  await send(orderOf('OV'))
  await send(ecgOf('OV'))
  await world.until('the ORU', () => oruOf('OV')[0])
  await send(
    admission({ controlId: 'AOV', at: now, visit: 'VOV', admittedAt: minutes(now, -120), mrn: 'OV', ...facts })
  )
  await world.until('the result with its visit', async () =>
    (await resultsOf('OV')).some(({ basedOn, encounter }) => basedOn && encounter)
  )
  await send(orderOf('OW'))
  await send(ecgOf('OW'))
  // In one queue, so a second ORU of the first order would come before this.
  await world.until('the ORU of the next order', () => oruOf('OW')[0])
  expect(oruOf('OV')).toHaveLength(1)
})

test('a waiting order is cancelled by CA, and its ECG answers nothing any more', async () => {
  await send(orderOf('OC'))
  const reply = await send(orderOf('OC', { controlId: 'BOC2', control: 'CA' }))
  expect([segment(reply, 'ORC')(1), segment(reply, 'ORC')(2)]).toEqual(['CR', 'PLOC^LAB'])
  await send(ecgOf('OC'))
  const results = await world.until('the unsolicited result', async () => {
    const found = await resultsOf('OC')
    return found.length > 0 && found
  })
  expect(results.map(({ basedOn }) => basedOn)).toEqual([undefined])
  expect(oruOf('OC')).toEqual([])
})

test('an order of another test is refused with UA and an ERR, and stores nothing', async () => {
  const reply = await send(orderOf('OD', { code: 'GLU^Glucose^L' }))
  expect([segment(reply, 'MSA')(1), segment(reply, 'ORC')(1)]).toEqual(['AA', 'UA'])
  expect(reply).toContain('\rERR|')
  expect(await world.search('ServiceRequest?identifier=PLOD^LAB')).toEqual([])
})

test('an order without an ECG is closed at its time-out: ORC-5 CA, OBR-25 X, OBX-11 X, and why in NTE', async () => {
  const placedAt = new Date(Date.now() - 60 * 60_000 + 900)
  await send(orderOf('OE', { placedAt }))
  const { text } = await world.until('the ORU of the time-out', () => oruOf('OE')[0])
  expect([segment(text, 'ORC')(5), segment(text, 'OBR')(25), segment(text, 'OBX')(11)]).toEqual(['CA', 'X', 'X'])
  expect(segment(text, 'OBX')(5)).toBe('')
  expect(text).toContain('\rNTE|')
})

test('a retracted ECG withdraws the result: ORU D to the laboratory that had it', async () => {
  await send(orderOf('OF'))
  await send(ecgOf('OF'))
  await world.until('the ORU', () => oruOf('OF')[0])
  await send(ecgOf('OF', { controlId: 'DOF2', at: minutes(now, 1), status: 'X' }))
  const after = await world.until('the retraction', () => oruOf('OF')[1])
  const first = oruOf('OF')[0]!.text
  expect(segment(after.text, 'OBX')(11)).toBe('D')
  for (const n of [3, 4]) expect(segment(after.text, 'OBX')(n)).toBe(segment(first, 'OBX')(n))
  expect(segment(after.text, 'OBR')(3)).toBe(segment(first, 'OBR')(3))
  expect((await resultsOf('OF')).map(({ status }) => status)).toEqual(['entered-in-error', 'entered-in-error'])
})

interface Queue {
  queues: { destination: string; state: string; n: number }[]
}
const queueOf = async (state: string) =>
  (await world.admin<Queue>('/admin/outbox')).queues.find((q) => q.destination === 'lab' && q.state === state)?.n ?? 0

test.each([
  ['AE is tried again under the same id', 'OG', (): string | null => 'AE'],
  ['silence is tried again under the same id', 'OH', (): string | null => null],
  ['an ACK of another message does not confirm this one', 'OI', (): string | null => 'MSA|AA|SOMETHINGELSE']
])('the laboratory answers once badly: %s', async (_, token, bad) => {
  let tried = 0
  answer = () => (++tried === 1 ? bad() : 'AA')
  await send(ecgOf(token))
  await send(orderOf(token))
  await world.until('the second try', () => oruOf(token).length === 2)
  await world.until('the queue is empty', async () => (await queueOf('waiting')) === 0)
  const [first, second] = oruOf(token)
  expect(second!.controlId).toBe(first!.controlId)
  expect(second!.text).toBe(first!.text)
  expect(oruOf(token)).toHaveLength(2)
})

test('AR parks that item and the next goes on; after the fix it is sent by retry', async () => {
  answer = ({ text }) => (text.includes('PLOJ^LAB') ? 'AR' : 'AA')
  await send(ecgOf('OJ'))
  await send(orderOf('OJ'))
  await world.until('parked', async () => (await queueOf('parked')) === 1)
  await send(ecgOf('OK'))
  await send(orderOf('OK'))
  await world.until('the next', () => oruOf('OK')[0])
  expect(oruOf('OJ')).toHaveLength(1)
  answer = () => 'AA'
  await world.admin('/admin/outbox/retry', { destination: 'lab' })
  await world.until('sent again', () => oruOf('OJ').length === 2)
  expect(oruOf('OJ')[1]!.controlId).toBe(oruOf('OJ')[0]!.controlId)
})

function isoOf(text: string): string {
  const m = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.\d+)?([+-]\d\d)(\d\d)$/.exec(text)
  return m ? `${m[1]}-${m[2]}-${m[3]}T${m[4]}:${m[5]}:${m[6]}${m[7]}:${m[8]}` : `not a time: ${text} ${dtm(now)}`
}
