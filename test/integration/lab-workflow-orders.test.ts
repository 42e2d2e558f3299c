import type { RiskAssessment } from '@medplum/fhirtypes'
import { refusalOf } from '../../fhir-profiles/index.ts'
import { hl7, msh, pid } from './support/hospital.ts'
import { segment } from './support/hospital-world.ts'
import { dtm, FACTS, type LabWorld, labWorld, notesOf, voicesOf } from './support/lab-workflow.ts'

/** Orders that wait, meet, are cancelled or run out, over real sockets and a clock that is set forward (rules section 6). */
let w: LabWorld
beforeAll(async () => {
  w = await labWorld()
  await w.subscribe('RiskAssessment?method=pocket-k')
}, 180_000)
afterAll(() => w?.stop())

const { ago, ecg, screen } = voicesOf(() => w)
const answered = (mrn: string) => w.orus(mrn).map(({ text }) => segment(text, 'OBR')(2))
const controlOf = (reply: string) => segment(reply, 'ORC')(1)
const statusOf = async (mrn: string) => (await w.orders(mrn)).map(({ status }) => status)

describe('two orders at once', () => {
  test('of one patient by two numbers: each is answered under its own, from one ECG', async () => {
    await w.send(ecg('TA'))
    const replies = await w.sendTogether(screen('TA', { no: '1' }), screen('TA', { no: '2' }))
    expect(replies.map(controlOf)).toEqual(['OK', 'OK'])
    expect(answered('TA').sort()).toEqual(['PTA1^WARD', 'PTA2^WARD'])
    expect(new Set(w.orus('TA').map(({ text }) => segment(text, 'OBR')(3))).size).toBe(2)
    expect(await statusOf('TA')).toEqual(['completed', 'completed'])
  })
  test('waiting together, both are answered by the ECG that comes', async () => {
    await w.sendTogether(screen('TB', { no: '1' }), screen('TB', { no: '2' }))
    await w.send(ecg('TB'))
    expect(answered('TB').sort()).toEqual(['PTB1^WARD', 'PTB2^WARD'])
  })
  test('in one message: one ORL with an ORC each, one ORU each', async () => {
    await w.send(ecg('TC'))
    const { id, at } = w.head()
    const orderLines = ['1', '2'].flatMap((no) => [
      `ORC|NW|PTC${no}^WARD|||||||${dtm(w.now())}`,
      `OBR|${no}|PTC${no}^WARD||KSCREEN^Potassium screen^L|||${dtm(w.now())}`
    ])
    const reply = await w.send(
      hl7(msh({ type: 'OML^O21^OML_O21', controlId: id, at }), pid({ mrn: 'TC', ...FACTS }), ...orderLines)
    )
    expect(reply.split('\r').filter((line) => line.startsWith('ORC|OK|PTC'))).toHaveLength(2)
    expect(answered('TC').sort()).toEqual(['PTC1^WARD', 'PTC2^WARD'])
  })
  test('one number sent twice is one order: the same filler number, one answer', async () => {
    await w.send(ecg('TD'))
    const replies = await w.sendTogether(screen('TD'), screen('TD'))
    expect(replies.map(controlOf)).toEqual(['OK', 'OK'])
    expect(new Set(replies.map((reply) => segment(reply, 'ORC')(3))).size).toBe(1)
    expect(answered('TD')).toEqual(['PTD^WARD'])
    expect(await w.orders('TD')).toHaveLength(1)
  })
  test('of two patients, interleaved: nobody gets the other’s answer', async () => {
    await w.sendTogether(screen('TE'), screen('TF'), ecg('TF', { seed: 8, acquiredAt: ago(3) }), ecg('TE', { seed: 9 }))
    expect([answered('TE'), answered('TF')]).toEqual([['PTE^WARD'], ['PTF^WARD']])
    expect(segment(w.orus('TF')[0]!.text, 'OBR')(7)).toBe(dtm(ago(3)))
  })
  test('racing with its ECG an order is answered once, whoever wins', async () => {
    const people = ['R1', 'R2', 'R3', 'R4']
    await w.sendTogether(...people.flatMap((mrn, i) => (i % 2 ? [ecg(mrn), screen(mrn)] : [screen(mrn), ecg(mrn)])))
    for (const mrn of people) expect([mrn, answered(mrn)]).toEqual([mrn, [`P${mrn}^WARD`]])
  })
})

describe('an order that is taken back', () => {
  test.each([
    ['CA', 'CR', 'UC'],
    ['DC', 'DR', 'UD']
  ])('by %s: %s while it waits, %s once it is answered', async (control, done, unable) => {
    const [waiting, resulted] = [`W${control}`, `X${control}`]
    await w.send(screen(waiting))
    expect(controlOf(await w.send(screen(waiting, { control })))).toBe(done)
    await w.send(ecg(waiting))
    expect([answered(waiting), await statusOf(waiting)]).toEqual([[], ['revoked']])
    // Sent once more as new it stays cancelled.
    expect(controlOf(await w.send(screen(waiting)))).toBe('OK')
    expect([answered(waiting), await statusOf(waiting)]).toEqual([[], ['revoked']])
    await w.send(ecg(resulted), screen(resulted))
    const reply = await w.send(screen(resulted, { control }))
    expect([controlOf(reply), reply.includes('\rERR|')]).toEqual([unable, true])
    expect(await statusOf(resulted)).toEqual(['completed'])
    expect(controlOf(await w.send(screen(`N${control}`, { control })))).toBe(unable)
  })
  test('is changed by XO while it waits, not afterwards', async () => {
    await w.send(screen('XO'))
    expect(controlOf(await w.send(screen('XO', { control: 'XO', placedAt: ago(5) })))).toBe('XR')
    await w.send(ecg('XO'))
    expect(answered('XO')).toEqual(['PXO^WARD'])
    expect(controlOf(await w.send(screen('XO', { control: 'XO' })))).toBe('UX')
    expect(answered('XO')).toHaveLength(1)
  })
})

describe('an order without an ECG', () => {
  test('waits until its time-out and then says so; one whose best ECG was unusable says why', async () => {
    await w.send(screen('OA'), screen('OB'), ecg('OB', { band: 'flat' }))
    expect([answered('OA'), answered('OB'), await statusOf('OA')]).toEqual([[], [], ['active']])
    w.forward(59)
    await w.send(screen('OC'))
    expect([answered('OA'), await statusOf('OA')]).toEqual([[], ['active']])
    w.forward(2)
    await w.send(screen('OD'))
    await w.until('both answers', () => answered('OA').length + answered('OB').length === 2)
    await w.settled()
    const reasons: Record<string, [string, string]> = {
      OA: ['input-missing', 'No usable ECG came in the time allowed.'],
      OB: ['quality-unacceptable', 'Quality unacceptable.']
    }
    for (const [mrn, [code, words]] of Object.entries(reasons)) {
      const { text } = w.orus(mrn)[0]!
      const of = (name: string, n: number) => segment(text, name)(n)
      expect([of('ORC', 1), of('ORC', 5), of('OBR', 2), of('OBR', 25)]).toEqual(['RE', 'CA', `P${mrn}^WARD`, 'X'])
      expect([of('OBX', 5), of('OBX', 11)]).toEqual(['', 'X'])
      expect(notesOf(w.orus(mrn)[0]!)[0]).toContain(words)
      expect(await statusOf(mrn)).toEqual(['revoked'])
      const risk = (await w.risks(mrn)).find(({ basedOn }) => basedOn)!
      expect([risk.status, refusalOf(risk)]).toEqual(['cancelled', code])
      expect(w.told<RiskAssessment>('RiskAssessment').some(({ id }) => id === risk.id)).toBe(true)
    }
    // What comes afterwards does not open it again, though it was acquired in time.
    await w.send(ecg('OA', { acquiredAt: ago(30) }))
    expect(answered('OA')).toHaveLength(1)
    // Closed by time: there is nothing to cancel any more.
    expect(await statusOf('OC')).toEqual(['active'])
  })
})
