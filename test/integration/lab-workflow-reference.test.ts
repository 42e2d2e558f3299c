import type { Provenance, RiskAssessment, Task } from '@medplum/fhirtypes'
import { EXTENSION } from '../../fhir-profiles/index.ts'
import { permutations } from './support/arrivals.ts'
import { segment } from './support/hospital-world.ts'
import { type LabWorld, labWorld, voicesOf } from './support/lab-workflow.ts'

/**
 * The own reference is a join like the others (rules section 4): whichever of the earlier tracing, its potassium and the new
 * tracing comes last, the result that still counts names the reference.
 */
let w: LabWorld
beforeAll(async () => {
  w = await labWorld({ readsReference: true, profile: { unsolicited: true } })
  for (const criteria of ['RiskAssessment?method=pocket-k', 'Task?code=risk-alert']) await w.subscribe(criteria)
}, 180_000)
afterAll(() => w?.stop())

const { ago, ecg, potassium } = voicesOf(() => w, { value: '4.1' })
const HOUR = 60
type Risk = RiskAssessment & { id: string }

const earlier = (mrn: string, at = 150) => ecg(mrn, { no: '0', band: 'low', acquiredAt: ago(at), seed: 8 })
const its = (mrn: string, changes = {}) => potassium(mrn, { no: '0', collectedAt: ago(140), ...changes })
const today = (mrn: string) => ecg(mrn, { band: 'raised', acquiredAt: ago(5) })

/** The result of the tracing acquired so many minutes ago: when acquired stands in the middle of whenPeriod. */
async function resultAt(mrn: string, minutesAgo: number): Promise<Risk> {
  const start = ago(minutesAgo + HOUR).getTime()
  const found = (await w.risks(mrn)).filter(({ prediction }) => {
    const at = Date.parse(prediction?.[0]?.whenPeriod?.start ?? '')
    return Math.abs(at - start) < 1000
  })
  expect([mrn, minutesAgo, found.length]).toEqual([mrn, minutesAgo, 1])
  return found[0]!
}
const inputs = ({ basis = [] }: Risk) => basis.flatMap(({ reference }) => reference ?? []).length
const version = ({ meta }: Risk) => meta?.versionId

test('a first potassium that comes after the next result makes that result anew: version, ORU, subscriber, alarm', async () => {
  await w.send(earlier('RA'), today('RA'))
  const before = await resultAt('RA', 5)
  expect([inputs(before), version(before), (await w.alarms('RA')).length]).toEqual([1, '1', 0])
  const sent = w.orus('RA').length
  await w.send(its('RA'))
  const after = await resultAt('RA', 5)
  expect([after.id, inputs(after), version(after), after.status]).toEqual([before.id, 3, '2', 'preliminary'])
  const [provenance] = await w.search<Provenance>(`Provenance?target=RiskAssessment/${after.id}`)
  expect(provenance!.entity?.map(({ role }) => role)).toContain('revision')
  const [oru, ...more] = w.orus('RA').slice(sent)
  expect([segment(oru!.text, 'OBX')(11), more.length]).toEqual(['P', 0])
  expect(w.told<Risk>('RiskAssessment').filter(({ id }) => id === after.id)).toHaveLength(2)
  const [alarm] = await w.alarms('RA')
  const band = (task: Task) => task.extension?.find(({ url }) => url === EXTENSION.alertBand)?.valueString
  expect([alarm!.status, band(alarm!)]).toEqual(['requested', 'high'])
})

test('whichever comes last: one state, which the same bytes once more do not change', async () => {
  const states = new Set<string>()
  for (const [i, steps] of permutations(['earlier', 'its', 'today'] as const).entries()) {
    const mrn = `RP${i}`
    const messages = { earlier: earlier(mrn), its: its(mrn), today: today(mrn) }
    for (const step of steps) await w.send(messages[step])
    const result = await resultAt(mrn, 5)
    const told = (await w.alarms(mrn)).map(({ status }) => status)
    states.add(JSON.stringify([inputs(result), result.prediction?.map((one) => one.probabilityDecimal), told]))
    await w.send(messages.its)
    expect([steps, version(await resultAt(mrn, 5))]).toEqual([steps, version(result)])
  }
  expect([...states]).toHaveLength(1)
  expect(JSON.parse([...states][0]!)).toEqual([3, expect.any(Array), ['requested']])
})

test('a value that is preliminary vouches when it is final, and a high one speaks against at its first version', async () => {
  await w.send(earlier('RF'), today('RF'), its('RF', { status: 'P' }))
  expect(inputs(await resultAt('RF', 5))).toBe(1)
  await w.send(its('RF'))
  expect(inputs(await resultAt('RF', 5))).toBe(3)
  await w.send(potassium('RF', { no: '1', value: '5.9', collectedAt: ago(135) }))
  expect(inputs(await resultAt('RF', 5))).toBe(1)
  await w.send(potassium('RF', { no: '1', status: 'D', collectedAt: ago(135) }))
  expect(inputs(await resultAt('RF', 5))).toBe(3)
})

test('results of the day are made anew and no older ones, unless their reference turns out to be none', async () => {
  const old = 30 * HOUR
  await w.send(earlier('RO', 40 * HOUR), ecg('RO', { no: 'old', band: 'low', acquiredAt: ago(old) }), today('RO'))
  await w.send(its('RO', { collectedAt: ago(40 * HOUR) }))
  expect([inputs(await resultAt('RO', old)), version(await resultAt('RO', old))]).toEqual([1, '1'])
  expect(inputs(await resultAt('RO', 5))).toBe(3)
  const mrn = 'RH'
  await w.send(earlier(mrn, 40 * HOUR), its(mrn, { collectedAt: ago(40 * HOUR) }))
  await w.send(ecg(mrn, { no: 'old', band: 'low', acquiredAt: ago(old) }), today(mrn))
  expect([inputs(await resultAt(mrn, old)), inputs(await resultAt(mrn, 5))]).toEqual([3, 3])
  await w.send(potassium(mrn, { no: '1', value: '6.1', collectedAt: ago(40 * HOUR) }))
  expect([inputs(await resultAt(mrn, old)), inputs(await resultAt(mrn, 5))]).toEqual([1, 1])
})
