import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AppError } from '../../core/errors/app-error.ts'
import { sha256 } from '../../core/ids.ts'
import type { CompareTools, EvaluationCase, InferenceModule } from '../../core/inference-module.ts'
import type { InferenceRuntime } from '../../inference/runtime/runtime.ts'
import { evaluate } from './evaluate.ts'

const ROLES = ['early/1', 'late/1', 'missing/1']
const BASELINES = JSON.stringify({ models: {} })

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'evaluate-tables-'))
  await writeFile(join(root, 'baselines.json'), BASELINES)
})
afterAll(() => rm(root, { recursive: true }))

interface Asked {
  p: number
  role?: string
  refuse?: string
}

/** A runtime that answers with what the table's row holds. */
function runtimeOf({ assets = sha256(BASELINES) } = {}): InferenceRuntime {
  return {
    model(role: string) {
      if (role === 'missing/1') throw new AppError('MODEL_UNAVAILABLE', { reason: 'role' })
      return {
        role,
        dir: root,
        manifest: {
          name: role,
          version: '1.0.0',
          sha256: 'e'.repeat(64),
          training: { records: role === 'late/1' ? [sha256('seen')] : [] },
          assets: [{ file: 'baselines.json', sha256: assets }]
        },
        site: {}
      }
    },
    async run(_id: string, input: Asked) {
      if (input.role === 'missing/1') throw new AppError('MODEL_UNAVAILABLE', { reason: 'role' })
      return input
    }
  } as unknown as InferenceRuntime
}

/** 80 records at two moments: the later their number, the likelier; the second moment knows a little more. */
function table(): EvaluationCase[] {
  return Array.from({ length: 80 }, (_, i): EvaluationCase[] => {
    const label = i % 8 === 0 ? Number(i < 40) : Number(i >= 40)
    const record = {
      recordId: `r${String(i).padStart(2, '0')}`,
      patientId: `p${i}`,
      files: [],
      groups: { sex: i % 2 ? 'male' : 'female', age: String(20 + i), ward: 'x' },
      // An older score: unknown of every tenth.
      ...(i % 10 === 9 ? {} : { others: { score: 80 - i } })
    }
    return [
      { ...record, input: { p: (i + 1) / 82 }, labels: { event: label } },
      { ...record, input: { p: label ? 0.9 - i / 1000 : 0.1 + i / 1000, role: 'late/1' }, labels: { later: label } }
    ]
  }).flat()
}

const moduleOf = (cases: EvaluationCase[], more: Partial<InferenceModule> = {}): InferenceModule =>
  ({
    manifest: { id: 'tables', models: ROLES },
    async *dataset() {
      yield* cases
    },
    scores: ({ p, role, refuse }: Asked) =>
      refuse ? { refused: refuse } : role === 'late/1' ? { later: p } : { event: p },
    ...more
  }) as unknown as InferenceModule

const judge = (cases: EvaluationCase[], more: Partial<InferenceModule> = {}, includeTraining = false) =>
  evaluate(moduleOf(cases, more), root, { runtime: runtimeOf(), draws: 50, includeTraining })

test('a record with two moments is one record: its first label leads under bare names, the other has its own', async () => {
  const { data, metrics, baselines } = await judge(table())
  expect(data).toMatchObject({ n: 80, patients: 80, positives: 40 })
  expect(metrics[0]).toMatchObject({ name: 'auroc', n: 80 })
  expect(metrics[0]).not.toHaveProperty('group')
  const value = (name: string) => metrics.find((row) => row.name === name && row.group === undefined)?.value
  expect(value('auroc.event')).toBe(value('auroc'))
  expect(value('auroc.later')).toBe(1)
  expect(value('auprc.later')).toBe(1)
  // As many called positive as there are: half of them.
  expect(value('ruledOut')).toBeCloseTo(0.5, 9)
  expect(value('threshold')).toBeCloseTo(41 / 82, 9)
  // The score falls where the event is likelier; 72 records have it.
  const other = baselines.find(({ name, metric }) => name === 'score' && metric === 'auroc')!
  expect(other.value).toBeLessThan(0.5)
  expect(metrics.find(({ group }) => group === 'served-score')).toMatchObject({ name: 'auroc.gain', n: 72 })
})

test('years become the age bands of subgroup reports; small groups are listed without a figure', async () => {
  const { metrics } = await judge(table())
  const groups = new Set(metrics.map(({ group }) => group))
  expect(groups).toContain('age=30-49')
  expect(groups).not.toContain('age=20')
  expect(metrics.filter(({ group }) => group === 'age=<30').every(({ value, n }) => value === null && n === 10)).toBe(
    true
  )
  expect(metrics.find(({ name, group }) => name === 'sensitivity' && group === 'sex=male')).toMatchObject({ n: 40 })
  // 40 a sex are too few to be compared.
  expect(metrics.find(({ name }) => name === 'eod.sex')).toMatchObject({ value: null, n: 80 })
})

test('counts records, not cases, that are left out, each under its reason', async () => {
  const odd: EvaluationCase[] = [
    { recordId: 'a', patientId: 'a', files: [], groups: {}, labels: {}, refused: 'outcome-missing' },
    {
      recordId: 'b',
      patientId: 'b',
      files: [],
      groups: {},
      labels: { event: 1 },
      input: { p: 0.5, refuse: 'too-early' }
    },
    {
      recordId: 'b',
      patientId: 'b',
      files: [],
      groups: {},
      labels: { later: 1 },
      input: { p: 0.5, refuse: 'too-early' }
    },
    {
      recordId: 'c',
      patientId: 'c',
      files: [],
      groups: {},
      labels: { event: 1 },
      input: { p: 0.5 },
      sha256: sha256('seen')
    },
    { recordId: 'd', patientId: 'd', files: [], groups: {}, labels: { event: 1 }, input: { p: 0.5, role: 'missing/1' } }
  ]
  const { data, refused } = await judge([...odd, ...table()])
  expect(refused).toEqual([
    { code: 'model-unavailable', n: 1 },
    { code: 'outcome-missing', n: 1 },
    { code: 'too-early', n: 1 },
    { code: 'training-record', n: 1 }
  ])
  expect(data.n).toBe(80)
  // Of the leading label: one refused of 81 that were asked; what was seen or has no outcome was not.
  const { metrics } = await judge([...odd, ...table()])
  expect(metrics.find(({ name }) => name === 'abstention')).toMatchObject({ value: expect.closeTo(1 / 81, 9), n: 81 })
  const all = await judge([...odd, ...table()], {}, true)
  expect(all.data).toMatchObject({ n: 81, name: expect.stringContaining('(training records included)') })
})

test('names the model that serves the folder, and lays the module’s own comparison behind', async () => {
  const seen: { inputs: number; asset: unknown; unlisted: unknown; missing: unknown }[] = []
  const compare = async (cases: readonly { case: object }[], { asset }: CompareTools) => {
    seen.push({
      inputs: cases.filter(({ case: one }) => 'input' in one).length,
      asset: await asset('early/1', 'baselines.json'),
      unlisted: await asset('early/1', 'other.json'),
      missing: await asset('missing/1', 'baselines.json')
    })
    return {
      metrics: [{ name: 'own', value: 1, n: 80, group: 'base' }],
      baselines: [{ name: 'simple', metric: 'auroc', value: 0.6, ci: [0.5, 0.7] as [number, number] }]
    }
  }
  const { model, metrics, baselines } = await judge(table(), { roleFor: async () => 'late/1', compare } as never)
  expect(model.name).toBe('late/1')
  expect(metrics.at(-1)).toEqual({ name: 'own', value: 1, ci: [null, null], n: 80, group: 'base' })
  expect(baselines.at(-1)).toMatchObject({ name: 'simple' })
  expect(seen).toEqual([{ inputs: 0, asset: { models: {} }, unlisted: undefined, missing: undefined }])
})

test('is judged at the cut as it was served, where the findings say it', async () => {
  const { metrics } = await judge(table(), { cuts: () => ({ event: 0.75 }) } as never)
  const value = (name: string) => metrics.find((row) => row.name === name && row.group === undefined)?.value
  expect(value('threshold')).toBe(0.75)
  // (i + 1) / 82 >= .75 from i = 61 on
  expect(value('ruledOut')).toBeCloseTo(61 / 80, 9)
  expect(value('threshold.later')).not.toBe(0.75)
})

test('refuses an asset that is not the one the model lists', async () => {
  const compare = async (_: unknown, { asset }: CompareTools) => {
    await asset('early/1', 'baselines.json')
    return { metrics: [], baselines: [] }
  }
  const changed = evaluate(moduleOf(table(), { compare } as never), root, {
    runtime: runtimeOf({ assets: 'f'.repeat(64) }),
    draws: 10
  })
  await expect(changed).rejects.toMatchObject({ code: 'MODEL_CHANGED', reason: 'asset', at: 'baselines.json' })
})

test('a defect while a case runs is not counted as a refusal', async () => {
  const runtime = { ...runtimeOf(), run: async () => Promise.reject(new AppError('INFERENCE_FAILED')) }
  await expect(evaluate(moduleOf(table()), root, { runtime: runtime as never, draws: 10 })).rejects.toMatchObject({
    code: 'INFERENCE_FAILED'
  })
})
