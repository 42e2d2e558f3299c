import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import capIcu from '../../inference/modules/cap-icu/index.ts'
import type { CapIcuFindings, CapIcuInput } from '../../inference/modules/cap-icu/types.ts'
import { TINY_BANK, writeTinyCapIcu } from '../../inference/runtime/fixtures/tiny-cap-icu.ts'
import { createRuntime, type InferenceRuntime } from '../../inference/runtime/runtime.ts'
import { type ChatRequest, type ChatServer, startChatServer } from '../../test/support/chat-server.ts'
import { ruleAnswer } from '../../test/support/rule-chat.ts'
import { loadModule, runtimeModule } from '../app/discover.ts'
import { evaluate } from './evaluate.ts'

/** cap-icu over a language model as server and command line run it: in its lane, under a site's policy. */

let root: string
let server: ChatServer
let runtime: InferenceRuntime
let policy: Record<string, unknown>
const seen: ChatRequest[] = []

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'language-model-'))
  for (const role of ['icu-mortality/1', 'icu-mortality-48h/1', 'icu-mortality-support2/1'])
    await writeTinyCapIcu(root, { role, bank: bankOf(1) })
  server = await startChatServer((request) => {
    seen.push(request)
    return ruleAnswer(request)
  })
  const predictor = { kind: 'language-model', endpoint: server.endpoint, model: 'rule', allowedHosts: [server.host] }
  policy = { predictor, flips: false, topK: 1 }
  runtime = createRuntime({
    shippedRoot: root,
    modules: [runtimeModule(await loadModule('cap-icu'), policy)],
    workers: 1
  })
  await runtime.start()
})
afterAll(async () => {
  await runtime.stop()
  await server.stop()
  await rm(root, { recursive: true })
})
beforeEach(() => seen.splice(0))

/** One man and one woman of the age of the stays, rated wrongly in the same direction. */
function bankOf(died: 0 | 1): unknown {
  const predicted = died ? 0.05 : 0.9
  const values = { gcs: 9, lactate: 4, creatinine: 2, map: 68 }
  const cases = (['female', 'male'] as const).map((sex, i) => {
    return { id: `b000${i}`, age: 70, sex, died, predicted, error: died ? 1.5 : -1.5, bias: 'misprediction', values }
  })
  return { ...TINY_BANK, cases }
}

const STAY: CapIcuInput = {
  moment: '24h',
  windowHours: 24,
  age: 71,
  sex: 'female',
  values: (
    [
      ['gcs', 9],
      ['lactate', 4],
      ['creatinine', 2],
      ['mean-arterial-pressure', 68],
      ['oxygen-saturation', 94],
      ['platelets', 140],
      ['white-cells', 14],
      ['bilirubin', 1],
      ['heart-rate', 100],
      ['respiratory-rate', 22]
    ] as const
  ).map(([variable, value], i) => ({ variable, hours: i, value }))
}

test('runs in a lane of its own, asks base, fair and CAP in this order, and moves as the retrieved case was wrong', async () => {
  const found = await runtime.run<CapIcuFindings>('cap-icu', STAY, policy)
  if (found.kind !== 'scored') throw new Error(found.code)
  expect(runtime.stats()).toMatchObject({ completed: 0, lanes: [{ module: 'cap-icu', workers: 2, completed: 1 }] })
  expect(found.exchange!.map(({ variant, attempts }) => [variant, attempts.length])).toEqual([
    ['base', 1],
    ['fair', 1],
    ['cap', 1]
  ])
  expect(found.cases.map(({ case: one }) => [one.sex, one.died])).toEqual([['female', 1]])
  // The case died and was rated low: upwards, from fair as from base without the unfair half a logit for women.
  expect(found.variants.cap).toBeGreaterThan(found.variants.fair)
  expect(found.variants.fair).toBeLessThan(found.variants.base)
  expect(found.keyFactors).toHaveLength(3)
})

test('moves the other way where the retrieved case was rated high and survived', async () => {
  const other = join(root, 'survivors')
  await writeTinyCapIcu(other, { bank: bankOf(0) })
  const second = createRuntime({
    shippedRoot: other,
    modules: [runtimeModule(await loadModule('cap-icu'), policy)],
    workers: 1
  })
  await second.start()
  try {
    const found = await second.run<CapIcuFindings>('cap-icu', STAY, policy)
    if (found.kind !== 'scored') throw new Error(found.code)
    expect(found.variants.cap).toBeLessThan(found.variants.fair)
  } finally {
    await second.stop()
  }
})

test('sends each flip with the words of CAP, and finds the predictor even-handed that was told to be', async () => {
  const found = await runtime.run<CapIcuFindings>('cap-icu', STAY, { ...policy, flips: true })
  if (found.kind !== 'scored') throw new Error(found.code)
  const sex = found.flips.find(({ attribute }) => attribute === 'sex')
  expect(sex).toMatchObject({ from: 'female', to: 'male', change: 0 })
  const [cap, flip] = ['cap', 'flip'].map((variant) => found.exchange!.find((one) => one.variant === variant)!)
  expect(flip!.prompt).toBe(cap!.prompt.replace('\nsex: female\n', '\nsex: male\n').replace('75, female.', '75, male.'))
  expect(seen).toHaveLength(3 + found.exchange!.filter(({ variant }) => variant === 'flip').length)
})

test('evaluates a folder through it, variant by variant', async () => {
  const dir = join(root, 'data')
  await mkdir(dir)
  const stays = Array.from({ length: 12 }, (_, i) => ({
    id: 1000 + i,
    gcs: 15 - i,
    died: i % 3 === 2 || i > 8 ? 1 : 0
  }))
  const lines = stays.flatMap(({ id, gcs }) => [
    ...[`RecordID,${id}`, `Age,${60 + (id % 20)}`, `Gender,${id % 2}`, 'ICUType,3'].map(
      (text) => `${id},00:00,${text}`
    ),
    ...[`GCS,${Math.max(3, gcs)}`, 'HR,90', 'MAP,70', 'SaO2,95', 'Creatinine,1.4', 'Platelets,150', 'WBC,12'].map(
      (text) => `${id},01:00,${text}`
    ),
    ...['RespRate,20', 'Temp,37', 'BUN,25', 'Na,140', 'HCO3,22', 'Urine,900'].map((text) => `${id},02:00,${text}`)
  ])
  await writeFile(join(dir, 'set_z.csv.gz'), gzipSync(['RecordID,Time,Parameter,Value', ...lines].join('\n')))
  const outcomes = stays.map(({ id, died }) => `${id},10,5,6,-1,${died}`)
  const header = 'RecordID,SAPS-I,SOFA,Length_of_stay,Survival,In-hospital_death'
  await writeFile(join(dir, 'Outcomes-z.txt'), [header, ...outcomes].join('\n'))

  const result = await evaluate(capIcu as never, dir, { runtime, policy, draws: 20 })
  expect(result.refused).toEqual([])
  expect(result.model.name).not.toBe('icu-mortality')
  expect(result.model.sha256).toBe('')
  // Each stay at 24 h and at 48 h, each as base, fair and CAP.
  expect(seen).toHaveLength(12 * 2 * 3)
  const served = result.metrics.find(({ name, group }) => name === 'auroc' && !group)
  expect(served).toMatchObject({ n: 12 })
  expect(served!.value).toBeGreaterThan(0.5)
  for (const group of ['base', 'fair', 'cap'])
    expect(result.metrics.filter((row) => row.group === group).length).toBeGreaterThan(0)
})
