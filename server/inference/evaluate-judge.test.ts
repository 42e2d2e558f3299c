import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sha256 } from '../../core/ids.ts'
import type { AnnotatedRecording, InferenceModule } from '../../core/inference-module.ts'
import type { InferenceRuntime } from '../../inference/runtime/runtime.ts'
import { evaluate } from './evaluate.ts'

let root: string

const signal = (level: number): Uint8Array => new Uint8Array(Int16Array.from({ length: 1000 }, () => level).buffer)

/** Folder of three records in the MIT-BIH layout, one beat (N at sample 300) each. */
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'judge-'))
  await mkdir(join(root, 'records'))
  for (const [name, level] of [
    ['x', 1],
    ['y', 2],
    ['z', 3]
  ] as const) {
    const at = (end: string) => join(root, 'records', `${name}.${end}`)
    await writeFile(at('hea'), `${name} 1 100 1000\n${name}.dat 16 200(0)/mV 16 0 0 0 0 II\n`)
    await writeFile(at('dat'), signal(level))
    // MIT annotation: code 1 (N) in the upper 6 bits, 300 samples in the lower 10; then the end.
    await writeFile(at('atr'), new Uint8Array(Uint16Array.of((1 << 10) | 300, 0).buffer))
  }
})
afterAll(() => rm(root, { recursive: true }))

/** A runtime whose model was trained on the records of these levels, and that answers with what it was asked. */
const runtimeTrainedOn = (levels: readonly number[]): InferenceRuntime =>
  ({
    model: () => ({
      dir: root,
      manifest: {
        name: 'delineator',
        version: '1.2.3',
        sha256: 'f'.repeat(64),
        training: { records: levels.map((level) => sha256(signal(level))) }
      }
    }),
    run: async (_id: string, input: unknown, policy: unknown) => ({ input, policy })
  }) as unknown as InferenceRuntime

const asked: unknown[] = []
const module = {
  manifest: { id: 'measurer', models: ['delineator/1'] },
  async judge(recordings: AsyncIterable<AnnotatedRecording>, tools: { run: Run; draws: number }) {
    const names: string[] = []
    for await (const { recordId } of recordings) {
      names.push(recordId)
      asked.push(await tools.run(recordId, { delineator: 'network' }))
    }
    return {
      n: names.length,
      patients: names.length,
      positives: names.length,
      metrics: [{ name: names.join(''), value: 1, n: tools.draws }],
      baselines: [],
      refused: []
    }
  }
} as unknown as InferenceModule
type Run = (input: unknown, parameters?: Record<string, unknown>) => Promise<unknown>

const records = () => join(root, 'records')

test('judges only the records that the model has not seen, and counts the others', async () => {
  const { data, metrics, refused, model } = await evaluate(module, records(), {
    runtime: runtimeTrainedOn([2]),
    draws: 7
  })
  expect(metrics).toEqual([{ name: 'xz', value: 1, ci: [null, null], n: 7 }])
  expect(refused).toEqual([{ code: 'training-record', n: 1 }])
  expect(data).toEqual({ name: 'records', n: 2, patients: 2, positives: 2 })
  expect(model).toEqual({ name: 'delineator', version: '1.2.3', sha256: 'f'.repeat(64) })
})

test('judges all where the model has seen all, and says so in the name of the data', async () => {
  const { data, metrics, refused } = await evaluate(module, records(), { runtime: runtimeTrainedOn([1, 2, 3]) })
  expect(metrics[0]).toMatchObject({ name: 'xyz', n: 2000 })
  expect(refused).toEqual([])
  expect(data.name).toBe('records (training records included)')
})

test('judges all when asked to, and says so', async () => {
  const { data, metrics } = await evaluate(module, records(), { runtime: runtimeTrainedOn([3]), includeTraining: true })
  expect(metrics[0]!.name).toBe('xyz')
  expect(data.name).toBe('records (training records included)')
  const unseen = await evaluate(module, records(), { runtime: runtimeTrainedOn([]), includeTraining: true })
  expect(unseen.data.name).toBe('records')
})

test("lays the judge's parameters over those of the policy, and keeps the rest of it", async () => {
  asked.length = 0
  const policy = { alerts: false, parameters: { mainsHz: 50, delineator: 'fused' } }
  await evaluate(module, records(), { runtime: runtimeTrainedOn([]), policy })
  expect(asked[0]).toEqual({
    input: 'x',
    policy: { alerts: false, parameters: { mainsHz: 50, delineator: 'network' } }
  })
})

test('names no model where none can run', async () => {
  const runtime = { ...runtimeTrainedOn([]) } as InferenceRuntime
  const bare = { ...module, manifest: { ...module.manifest, models: [] } } as InferenceModule
  expect((await evaluate(bare, records(), { runtime })).model).toEqual({ name: 'none', version: '', sha256: '' })
})

test('refuses a folder without records', async () => {
  await mkdir(join(root, 'empty'))
  await expect(evaluate(module, join(root, 'empty'), { runtime: runtimeTrainedOn([]) })).rejects.toMatchObject({
    code: 'BAD_REQUEST',
    reason: 'no-records'
  })
})
