import { parseMessage } from '../../../adapters/hl7v2/parse.ts'
import { startVendorScore, type VendorScore, type VendorScoreOptions } from '../../../test/support/vendor-score.ts'
import { auditFlips } from '../flips/audit-flips.ts'
import type { Attribute } from '../flips/twins.ts'
import { type SimulatedStay, simulatedStay } from '../simulated-stays.ts'
import { TWIN_AUTHORITY } from '../twin-identity.ts'
import { type VendorOptions, vendorTarget } from './vendor-target.ts'

const SCORE: VendorOptions['score'] = {
  code: { system: 'http://vendor.example', code: 'EWS' },
  scale: { kind: 'percent' }
}

const stays = (n: number) =>
  Array.from({ length: n }, (_, i) => {
    const stay = simulatedStay(i)
    return { id: stay.id, stay, person: { sex: stay.sex, race: stay.race, age: stay.age } }
  })

let vendor: VendorScore | undefined
afterEach(async () => {
  await vendor?.stop()
  vendor = undefined
})

async function audit(
  options: Omit<VendorScoreOptions, 'answerTo'>,
  {
    n = 30,
    attributes = ['sex'] as Attribute[],
    ...rest
  }: Partial<VendorOptions> & { n?: number; attributes?: Attribute[] } = {}
) {
  let listener = ''
  vendor = await startVendorScore({ ...options, answerTo: () => listener })
  const { hostname, port } = new URL(vendor.address.replace(/^mllp:/, 'http:'))
  const target = vendorTarget({
    name: 'score:vendor-ews',
    score: SCORE,
    to: { host: hostname, port: Number(port) },
    listen: { host: '127.0.0.1', port: 0 },
    codeMap: { observations: { 'L|EWS': SCORE.code } },
    run: 'T1',
    seed: 1,
    messages: { now: new Date('2026-03-01T12:00:00Z'), hours: 24, ward: 'ICU^1^1' },
    ackTimeoutMs: 2000,
    answerTimeoutMs: 5000,
    settleMs: 20,
    onListening: (address) => {
      listener = address
    },
    ...rest
  })
  const result = await auditFlips<SimulatedStay>(target, stays(n), { attributes, draws: 200 })
  return {
    result,
    counts: target.counts,
    row: (name: string) => result.rows.find(({ attribute }) => attribute === name)
  }
}

describe('a flip audit of a bought score, by messages', () => {
  test('finds a planted bias against women, and its size', async () => {
    const { row, result } = await audit({ bias: { female: 0.8 } })
    const sex = row('sex')!
    expect(sex.verdict).toBe('difference')
    expect(sex.ci?.[0]).toBeGreaterThan(0)
    expect(sex).toMatchObject({ attribute: 'sex', contrast: 'female against male', twins: 30, stays: 30 })
    // Every change by hand: .8 logits on the score of the same person as a man.
    for (const { recorded, flipped, change } of result.changes) {
      const asMan = change > 0 && flipped > recorded ? recorded : flipped
      const z = Math.log(asMan / (1 - asMan)) + 0.8
      // One decimal of a percent is what the vendor says.
      expect(Math.abs(change - (1 / (1 + Math.exp(-z)) - asMan))).toBeLessThan(0.0016)
    }
  })

  test('says that answers are identical where nothing was planted', async () => {
    const { row, result } = await audit({}, { attributes: ['sex', 'race', 'age'] })
    expect(row('sex')).toMatchObject({ verdict: 'identical answers', mean: 0, ci: [0, 0], identical: 30 })
    expect(result.rows.filter(({ attribute }) => attribute === 'age')[0]?.verdict).toBe('identical answers')
    expect(result.questions).toMatchObject({ refused: {}, unanswered: {} })
  })

  test('counts a change of ten years in one direction, older and younger alike', async () => {
    const { row } = await audit({ bias: { decade: 0.35 } }, { attributes: ['age'] })
    expect(row('age')?.verdict).toBe('difference')
    expect(row('age')?.ci?.[0]).toBeGreaterThan(0)
  })

  test('does not hang on the order in which answers come', async () => {
    const one = await audit({ bias: { female: 0.5 } }, { n: 8 })
    await vendor?.stop()
    const other = await audit({ bias: { female: 0.5 }, batch: 16 }, { n: 8 })
    expect(other.result.changes).toEqual(one.result.changes)
  })

  test('sends nobody real: test messages, test names, an authority of our own, and nothing that pairs twins', async () => {
    await audit({}, { n: 2 })
    const messages = vendor!.texts.map((text) => parseMessage(Buffer.from(text)))
    expect(messages.map(({ processingId }) => processingId)).toEqual(messages.map(() => 'T'))
    for (const message of messages) {
      const pid = message.first('PID')!
      expect(pid.get(3, 4)).toBe(TWIN_AUTHORITY)
      expect(pid.get(5)).toBe('ZZTEST-AUDIT')
      expect(pid.get(3)).toMatch(/^HBA-T1-\d+$/)
    }
    // Four people, each admitted, told and taken back.
    expect(vendor!.received).toEqual({ 'ADT^A01': 4, 'ORU^R01': 4, 'ADT^A11': 4 })
  })

  test('twins differ in the one field and in who they are', async () => {
    await audit({}, { n: 1 })
    const oru = vendor!.texts
      .filter((text) => text.includes('ORU^R01'))
      .map((text) => text.replaceAll(/HBA-T1-\d+/g, 'ID'))
    const [one = [], other = []] = oru.map((text) => text.split('\r'))
    const different = one.flatMap((line, i) => (line === other[i] ? [] : [line.slice(0, 3)]))
    expect(different).toEqual(['MSH', 'PID'])
    const fields = (lines: string[]) => lines.find((line) => line.startsWith('PID'))!.split('|')
    expect(fields(one).flatMap((field, i) => (field === fields(other)[i] ? [] : [i]))).toEqual([5, 8])
  })

  test('takes the latest statement, however restless a vendor is', async () => {
    const calm = await audit({ bias: { female: 0.5 } }, { n: 8 })
    await vendor?.stop()
    const restless = await audit({ bias: { female: 0.5 }, misbehaves: 'restless' }, { n: 8, settleMs: 200 })
    expect(restless.result.changes).toEqual(calm.result.changes)
  })

  test.each([
    ['silent', { unanswered: { silent: 8 } }],
    ['wrong-patient', { unanswered: { silent: 8 } }],
    ['refusing', { refused: { 'message-AE': 8 } }],
    ['out-of-scale', { refused: { 'score-out-of-scale': 8 } }],
    ['words', { refused: { 'score-not-a-number': 8 } }]
  ] as const)('counts the questions of a vendor that is %s', async (misbehaves, expected) => {
    const { result } = await audit({ misbehaves }, { n: 4, answerTimeoutMs: 80 })
    expect(result.questions).toMatchObject({ asked: 8, answered: 0, ...expected })
    expect(result.rows).toEqual([])
  })

  test('counts scores of people nobody asked about, and keeps nothing of them', async () => {
    const { counts } = await audit({ misbehaves: 'wrong-patient' }, { n: 2, answerTimeoutMs: 80 })
    expect(counts.listener).toMatchObject({ foreign: 4, withoutScore: 0 })
  })

  test('goes on over what is no message', async () => {
    const { result, counts } = await audit({ misbehaves: 'garbage' }, { n: 3 })
    expect(result.questions.answered).toBe(6)
    expect(counts.listener?.unreadable).toBe(6)
  })

  test('counts a twin only where both it and its stay have a score', async () => {
    const { result } = await audit({ misbehaves: 'men-only' }, { n: 5, answerTimeoutMs: 200 })
    expect(result.questions).toMatchObject({ asked: 10, answered: 5, unanswered: { silent: 5 } })
    expect(result.changes).toEqual([])
  })

  test('does not wait longer for a vendor that talks of somebody else without end', async () => {
    const { result, counts } = await audit({ misbehaves: 'chatty' }, { n: 2, answerTimeoutMs: 100 })
    expect(result.questions.unanswered).toEqual({ silent: 4 })
    // 180 messages are the most that are taken: the wait ended before.
    expect(counts.listener?.messages).toBeLessThan(150)
  })

  test('stops sending to a vendor that acknowledges nothing', async () => {
    const { result } = await audit({ misbehaves: 'deaf' }, { n: 5, ackTimeoutMs: 50, answerTimeoutMs: 20 })
    expect(result.questions.unanswered).toEqual({ 'not-acknowledged': 3, 'not-sent': 7 })
  })

  test('fails by code where nobody listens', async () => {
    await expect(audit({}, { n: 1, to: { host: '127.0.0.1', port: 1 } })).rejects.toMatchObject({
      code: 'DESTINATION_UNREACHABLE'
    })
  })
})
