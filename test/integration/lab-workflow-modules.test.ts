import { join } from 'node:path'
import { readModelFolder } from '../../inference/runtime/registry.ts'
import { SHIPPED_MODELS } from '../../inference/runtime/runtime.ts'
import { hl7, msh, pid } from './support/hospital.ts'
import { segment } from './support/hospital-world.ts'
import { dtm, FACTS, type LabWorld, labWorld, minutes, ordered, tracing } from './support/lab-workflow.ts'

/** Orders of another module go the same way: nothing of it is the potassium screen's own. */
let w: LabWorld
beforeAll(async () => {
  const folders = await Promise.all(
    ['anyecg-1', 'ecg-encoder-1'].map((name) => readModelFolder(join(SHIPPED_MODELS, name), true))
  )
  const approval = {
    approver: 'test',
    date: '2026-01-01',
    modelSha256: folders.map(({ manifest }) => manifest.sha256),
    threshold: 0.5,
    evaluation: 'test'
  }
  w = await labWorld({ modules: { anyecg: { mode: 'advisory', policy: {}, approval } } })
}, 180_000)
afterAll(() => w?.stop())

const CODE = 'anyecg^Condition profile^99HISB'
const ago = (n: number) => minutes(w.now(), -n)
const ecg = (mrn: string, changes: object = {}) =>
  tracing({ ...w.head(), filler: `E${mrn}`, acquiredAt: ago(20), band: 'low', leads: 'eight', mrn, ...changes })
const profile = (mrn: string, changes: object = {}) =>
  ordered({ ...w.head(), placer: `P${mrn}`, placedAt: w.now(), code: CODE, mrn, ...changes })
const answered = (mrn: string) => w.orus(mrn).map(({ text }) => segment(text, 'OBR')(2))

test('two questions in one message are answered by two modules, each under its own number', async () => {
  const { id, at } = w.head()
  const lines = ['KSCREEN^Potassium screen^L', CODE].flatMap((code, i) => [
    `ORC|NW|PQ${i}^WARD|||||||${dtm(w.now())}`,
    `OBR|${i + 1}|PQ${i}^WARD||${code}|||${dtm(w.now())}`
  ])
  const reply = await w.send(
    hl7(msh({ type: 'OML^O21^OML_O21', controlId: id, at }), pid({ mrn: 'QA', ...FACTS }), ...lines)
  )
  expect(reply.split('\r').filter((line) => line.startsWith('ORC|OK|PQ'))).toHaveLength(2)
  expect(answered('QA')).toEqual([])
  await w.send(ecg('QA'))
  expect(answered('QA').toSorted()).toEqual(['PQ0^WARD', 'PQ1^WARD'])
  const methods = (await w.risks('QA')).filter(({ basedOn }) => basedOn).map(({ method }) => method?.coding?.[0]?.code)
  expect(methods.toSorted()).toEqual(['anyecg', 'pocket-k'])
  expect(await w.orders('QA')).toHaveLength(2)
})

test('an order is cancelled, answered once by the ECG that comes, corrected with it, and closed when none comes', async () => {
  await w.send(profile('QB'))
  expect(segment(await w.send(profile('QB', { control: 'CA' })), 'ORC')(1)).toBe('CR')
  await w.send(ecg('QB'))
  expect(answered('QB')).toEqual([])
  await w.send(profile('QC'), ecg('QC'))
  expect(answered('QC')).toEqual(['PQC^WARD'])
  expect(segment(await w.send(profile('QC', { control: 'CA' })), 'ORC')(1)).toBe('UC')
  await w.send(ecg('QC', { status: 'X' }))
  expect(w.orus('QC').map(({ text }) => segment(text, 'OBX')(11))).toEqual([expect.any(String), 'D'])
  await w.send(profile('QD'))
  w.forward(61)
  await w.send(profile('QE'))
  await w.until('the answer of the time-out', () => answered('QD').length === 1, 60_000)
  const { text } = w.orus('QD')[0]!
  expect([segment(text, 'ORC')(5), segment(text, 'OBR')(25), segment(text, 'OBX')(11)]).toEqual(['CA', 'X', 'X'])
})
