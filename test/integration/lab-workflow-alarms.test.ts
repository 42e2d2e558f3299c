import type { Observation, RiskAssessment, Task } from '@medplum/fhirtypes'
import { EXTENSION, HIS } from '../../fhir-profiles/index.ts'
import { segment } from './support/hospital-world.ts'
import { type blood, type LabWorld, labWorld, minutes, ordered, voicesOf } from './support/lab-workflow.ts'

/** When a potassium silences an alarm, and what undoes that; what a retraction takes with it (rules sections 7 to 9). */
let w: LabWorld
beforeAll(async () => {
  w = await labWorld({ policy: { serialRise: 0.05 }, profile: { unsolicited: true } })
  for (const criteria of ['RiskAssessment?method=pocket-k', 'Task?code=risk-alert']) await w.subscribe(criteria)
}, 180_000)
afterAll(() => w?.stop())

const { ago, ecg, potassium } = voicesOf(() => w, { value: '4.2' })
const alarmsOf = async (mrn: string) => (await w.alarms(mrn)).map(({ status }) => status)
const bandOf = (task: Task) => task.extension?.find(({ url }) => url === EXTENSION.alertBand)?.valueString
const haemolysed = 'RH^Hemolysis^HL70490'

test.each<[string, string, Partial<Parameters<typeof blood>[0]> & { no?: string }]>([
  ['CA', 'corrected to a high value', { value: '6.4', status: 'C' }],
  ['CB', 'deleted', { status: 'D' }],
  ['CC', 'cancelled', { status: 'X' }],
  ['CD', 'found to be haemolysed', { status: 'C', rejected: haemolysed }],
  ['CE', 'taken back for words', { value: 'TNP', status: 'C' }],
  ['CF', 'found to be of a rejected specimen', { status: 'C', rejected: 'RC^Clotting^HL70490' }],
  ['CG', 'corrected to another unit', { value: '164', units: 'mg/dL', status: 'C' }],
  ['CH', 'exceeded by a second sample', { no: '2', value: '5.3', collectedAt: minutes(new Date(), 0) }],
  ['CI', 'exceeded by a censored one', { no: '2', value: '>5.0' }]
])('%s: an alarm that a normal potassium silenced is raised when that is %s', async (mrn, _, changes) => {
  await w.send(ecg(mrn))
  await w.send(potassium(mrn))
  // The ECG alone alarmed at once; the potassium that comes later takes nothing back that was raised.
  expect(await alarmsOf(mrn)).toEqual(['requested'])
  const silent = `${mrn}S`
  await w.send(potassium(silent), ecg(silent))
  const [task] = await w.alarms(silent)
  expect([task!.status, task!.statusReason?.coding?.[0]?.code]).toEqual(['rejected', 'suppressed-normal-potassium'])
  expect(w.told<Task>('Task').filter(({ id, status }) => id === task!.id && status === 'requested')).toEqual([])
  await w.send(potassium(silent, changes))
  expect(await alarmsOf(silent)).toEqual(['requested'])
  expect(w.told<Task>('Task').filter(({ id, status }) => id === task!.id && status === 'requested')).toHaveLength(1)
})

test.each<[string, string, Partial<Parameters<typeof blood>[0]>]>([
  ['NJ', 'haemolysed', { rejected: haemolysed }],
  ['NB', 'preliminary', { status: 'P' }],
  ['NC', 'collected 31 minutes before the ECG', { collectedAt: minutes(new Date(), -51) }],
  ['ND', 'in a unit that is none', { value: '42' }],
  ['NE', 'in mg/dL without a mass code', { value: '16.4', units: 'mg/dL' }],
  ['NF', 'of urine', { code: '2823-3^K^LN', specimen: 'UR^Urine^HL70487' }],
  ['NG', '3.4', { value: '3.4' }],
  ['NH', '5.1', { value: '5.1' }],
  ['NI', '<4.0', { value: '<4.0' }]
])('%s: a potassium that is %s silences nothing', async (mrn, _, changes) => {
  await w.send(potassium(mrn, changes), ecg(mrn))
  expect(await alarmsOf(mrn)).toEqual(['requested'])
})

test('3.5 and 5.0 silence, from 30 minutes before to 60 after; the top band is annotated and never silenced', async () => {
  const cases = [
    ['SA', '3.5', 50],
    ['SB', '5.0', 50]
  ] as const
  for (const [mrn, value, minutesAgo] of cases) {
    await w.send(potassium(mrn, { value, collectedAt: ago(minutesAgo) }), ecg(mrn))
    expect([mrn, await alarmsOf(mrn)]).toEqual([mrn, ['rejected']])
  }
  await w.send(potassium('SC', { collectedAt: ago(0) }), ecg('SC', { acquiredAt: ago(59) }))
  expect(await alarmsOf('SC')).toEqual(['rejected'])
  await w.send(potassium('ST'), ecg('ST', { band: 'very-high' }))
  const [top] = await w.alarms('ST')
  expect([top!.status, bandOf(top!), top!.description?.includes('3.5 to 5.0')]).toEqual([
    'requested',
    'very-high',
    true
  ])
})

test('a tracing that is high for 5.5 mmol/L alone alarms with a last potassium above it, however late that comes', async () => {
  await w.send(ecg('LA', { band: 'raised' }))
  expect(await alarmsOf('LA')).toEqual([])
  await w.send(potassium('LA', { value: '5.9', collectedAt: ago(200) }))
  expect(await alarmsOf('LA')).toEqual(['requested'])
  expect((await w.alarms('LA'))[0]!.description).toContain('The last potassium was above 5.5 mmol/L.')
})

describe('the alarm on the change against the own reference', () => {
  const reference = (mrn: string) => [
    ecg(mrn, { no: '0', band: 'low', acquiredAt: ago(150), seed: 8 }),
    potassium(mrn, { no: '0', value: '4.1', collectedAt: ago(140) })
  ]
  test('is raised by the rise of the site, and not without a reference', async () => {
    await w.send(...reference('DA'), ecg('DA', { band: 'raised', acquiredAt: ago(5) }))
    const [task, ...more] = await w.alarms('DA')
    expect([task!.status, bandOf(task!), more.length]).toEqual(['requested', 'serial-rise', 0])
    await w.send(ecg('DB', { band: 'raised', acquiredAt: ago(5) }))
    expect(await alarmsOf('DB')).toEqual([])
  })
  test('is silenced by a normal potassium; a reference whose potassium is corrected is none', async () => {
    await w.send(...reference('DC'), potassium('DC'), ecg('DC', { band: 'raised', acquiredAt: ago(5) }))
    expect(await alarmsOf('DC')).toEqual(['rejected'])
    await w.send(...reference('DD'))
    await w.send(potassium('DD', { no: '0', value: '6.3', collectedAt: ago(140), status: 'C' }))
    await w.send(ecg('DD', { band: 'low', acquiredAt: ago(5) }))
    // Own tracing, own reference and its potassium would be three.
    const inputs = (await w.risks('DD')).map(({ basis = [] }) => basis.filter(({ reference }) => reference).length)
    expect(inputs.toSorted()).toEqual([1, 2])
  })
  test('goes with the correction of the potassium that vouched for the reference', async () => {
    await w.send(...reference('DE'), ecg('DE', { band: 'raised', acquiredAt: ago(5) }))
    const of = async () =>
      (await w.risks('DE')).find(({ prediction }) => (prediction?.[0]?.probabilityDecimal ?? 0) > 0.15)!
    expect((await of()).basis).toHaveLength(3)
    await w.send(potassium('DE', { no: '0', value: '6.3', collectedAt: ago(140), status: 'C' }))
    expect((await of()).basis).toHaveLength(1)
  })
})

test('a retracted ECG takes everything with it: result, ORU, alarm, the pair of the loop; each recipient is told', async () => {
  const screen = ordered({ ...w.head(), placer: 'PRA', placedAt: w.now(), mrn: 'RA' })
  await w.send(ecg('RA', { band: 'very-high' }), screen, potassium('RA', { value: '6.6' }))
  const pairs = async () => {
    const page = await w.admin<{ pairs: { result: string; truth: number }[] }>(
      '/admin/performance/pocket-k/pairs?label=k-gt-5.5'
    )
    const own = new Set((await w.risks('RA')).map(({ id }) => `RiskAssessment/${id}`))
    return page.pairs.filter(({ result }) => own.has(result)).map(({ truth }) => truth)
  }
  expect((await pairs()).length).toBeGreaterThan(0)
  expect(new Set(await pairs())).toEqual(new Set([1]))
  await w.send(ecg('RA', { band: 'very-high', status: 'D' }))
  expect((await w.risks('RA')).map(({ status }) => status)).toEqual(['entered-in-error', 'entered-in-error'])
  expect(await alarmsOf('RA')).toEqual(['cancelled'])
  expect(await pairs()).toEqual([])
  for (const placer of ['', 'PRA^WARD']) {
    const of = w.orus('RA').filter(({ text }) => segment(text, 'OBR')(2) === placer)
    expect([placer, segment(of.at(-1)!.text, 'OBX')(11)]).toEqual([placer, 'D'])
    expect(new Set(of.map(({ text }) => `${segment(text, 'OBR')(3)} ${segment(text, 'OBX')(3)}`)).size).toBe(1)
  }
  const lastOf = <T extends { id?: string; status?: string }>(type: string, id: string) =>
    w.told<T>(type).findLast((one) => one.id === id)?.status
  for (const { id } of await w.risks('RA'))
    expect(lastOf<RiskAssessment>('RiskAssessment', id)).toBe('entered-in-error')
  for (const { id } of await w.alarms('RA')) expect(lastOf<Task>('Task', id)).toBe('cancelled')
  // Alarm told is on record, once for each delivery.
  const told = await w.search(`Communication?patient.identifier=RA&_count=50`)
  expect(told).toHaveLength(
    w
      .told<Task>('Task')
      .filter((task) => task.id === (w.told<Task>('Task').find((t) => t.status === 'cancelled')?.id ?? '')).length
  )
})

/** A person takes the ECG back over REST, as a client does that read it before. */
async function takeBack(mrn: string, change: (ecg: Observation & { id: string }) => object): Promise<void> {
  const [stored] = await w.search<Observation & { id: string }>(
    `Observation?patient.identifier=${mrn}&code=http://loinc.org|11524-6`
  )
  const response = await fetch(`${w.http}/fhir/R4/Observation/${stored!.id}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/fhir+json' },
    body: JSON.stringify({ ...stored, ...change(stored!) })
  })
  expect(response.status).toBe(200)
  await w.settled()
}
const inError = { status: 'entered-in-error' }

test.each<[string, string, string, (mrn: string) => Promise<unknown>]>([
  ['WA', 'W', 'OBX-11 W', (mrn) => w.send(ecg(mrn, { status: 'W' }))],
  ['WB', 'D', 'OBX-11 D', (mrn) => w.send(ecg(mrn, { status: 'D' }))],
  ['WC', 'D', 'OBX-11 X', (mrn) => w.send(ecg(mrn, { status: 'X' }))],
  ['WD', 'D', 'entered-in-error over REST', (mrn) => takeBack(mrn, () => inError)],
  [
    'WE',
    'W',
    'entered-in-error with the tag wrong-patient',
    (mrn) => takeBack(mrn, ({ meta }) => ({ ...inError, meta: { ...meta, tag: [HIS['wrong-patient']] } }))
  ]
])(
  '%s: the laboratory hears %s of an ECG taken back by %s; one sent anew is a result again',
  async (mrn, letter, _, back) => {
    await w.send(ecg(mrn))
    await back(mrn)
    const tags = async () => (await w.risks(mrn)).flatMap(({ meta }) => meta?.tag ?? []).map(({ code }) => code)
    expect((await tags()).includes('wrong-patient')).toBe(letter === 'W')
    await w.send(ecg(mrn, { band: 'low' }))
    expect(w.orus(mrn).map(({ text }) => segment(text, 'OBX')(11))).toEqual(['P', letter, 'P'])
    expect((await tags()).includes('wrong-patient')).toBe(false)
    const hooked = w
      .told<RiskAssessment>('RiskAssessment')
      .filter(({ subject }) => subject.reference === w.told<RiskAssessment>('RiskAssessment').at(-1)!.subject.reference)
    expect(hooked.map(({ status }) => status)).toEqual(['preliminary', 'entered-in-error', 'preliminary'])
  }
)

test('each later potassium scores the screen; a corrected one rescores it, a haemolysed one does not count', async () => {
  const truths = async () => {
    const page = await w.admin<{ pairs: { result: string; truth: number }[] }>(
      '/admin/performance/pocket-k/pairs?label=k-gt-5.5'
    )
    const [risk] = await w.risks('PA')
    return page.pairs.filter(({ result }) => result === `RiskAssessment/${risk!.id}`).map(({ truth }) => truth)
  }
  await w.send(ecg('PA', { band: 'low', acquiredAt: ago(50) }))
  expect(await truths()).toEqual([])
  await w.send(potassium('PA', { value: '6.2' }))
  expect(await truths()).toEqual([1])
  await w.send(potassium('PA', { value: '4.2', status: 'C' }))
  expect(await truths()).toEqual([0])
  await w.send(potassium('PA', { value: '4.2', status: 'C', rejected: haemolysed }))
  expect(await truths()).toEqual([])
})
