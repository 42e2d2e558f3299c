import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EvaluationCase, InferenceModule } from '../../core/inference-module.ts'
import type { ModelFolder } from '../../core/model.ts'
import type { InferenceRuntime } from '../../inference/runtime/runtime.ts'
import { cases } from './fixtures/published.ts'
import { folderReport } from './subgroups/from-folder.ts'

let dir: string
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'folder-'))
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

/** A module of tables: its findings are the probabilities that the table names; every twentieth case is refused. */
const module = {
  manifest: {
    id: 'm',
    title: 'A module of nobody',
    contract: 'm/1',
    models: ['m/1'],
    listensTo: [],
    kind: 'Deterministic-AI'
  },
  async *dataset(): AsyncIterable<EvaluationCase> {
    for (const [i, { patient, probability, label, groups }] of cases.slice(0, 400).entries())
      yield {
        recordId: `r${i}`,
        patientId: patient,
        files: [],
        input: { probability, refused: i % 20 === 0 },
        labels: { death: label, ...(i % 2 === 0 ? { later: label } : {}) },
        groups: { ...groups, age: String(20 + (i % 70)) }
      }
  },
  scores: ({ probability, refused }: { probability: number; refused: boolean }) =>
    refused ? { refused: 'data-insufficient' } : { death: probability, later: probability }
} as unknown as InferenceModule

const folder = {
  dir: '',
  manifest: { name: 'model', version: '2.0.0', sha256: 'f'.repeat(64), training: {}, calibration: { method: 'platt' } },
  site: { operatingPoints: { death: { threshold: 0.3 } } }
} as unknown as ModelFolder
const options = {
  runtime: {
    model: () => ({ ...folder, dir }),
    run: (_id: string, input: unknown) => Promise.resolve(input)
  } as unknown as InferenceRuntime,
  draws: 20,
  command: 'hisbundle report subgroups m --data DIR',
  now: () => new Date('2026-02-01T00:00:00Z')
}

test('reports what evaluate judges, years in bands, at the cut of the site, refusals by group', async () => {
  const { report, provenance } = (await folderReport(module, dir, options))(false)
  expect(provenance).toMatchObject({
    module: 'm',
    model: { name: 'model', version: '2.0.0', sha256: 'f'.repeat(64) },
    patients: 380,
    refused: [{ code: 'data-insufficient', n: 20 }],
    madeAt: '2026-02-01T00:00:00.000Z'
  })
  expect([report.label, report.overall.n, report.threshold]).toEqual(['death', 380, { value: 0.3, origin: 'site' }])
  expect(report.rows.filter(({ attribute }) => attribute === 'age').map(({ group }) => group)).toEqual([
    '<30',
    '30-49',
    '50-64',
    '65-74',
    '75-84',
    '85+'
  ])
  expect(report.overall.figures.find(({ name }) => name === 'abstention')?.value).toBeCloseTo(20 / 400, 12)
})

test('what nobody has calibrated is a score: its calibration is not judged', async () => {
  const model = () => ({ ...folder, dir, manifest: { ...folder.manifest, calibration: { method: 'none' } } })
  const bare = { ...options, runtime: { ...options.runtime, model } as unknown as InferenceRuntime }
  const { report, calibration } = (await folderReport(module, dir, bare))(false)
  expect([report.kind, calibration]).toEqual(['score', undefined])
  expect(report.overall.figures.some(({ name }) => name.startsWith('calibration'))).toBe(false)
})

test('judges once for both tables: that of the house, and that which leaves it', async () => {
  let runs = 0
  const run = (_id: string, input: unknown): Promise<unknown> => {
    runs++
    return Promise.resolve(input)
  }
  const counting = { ...options, runtime: { ...options.runtime, run } }
  const of = await folderReport(module, dir, counting as unknown as typeof options)
  const withheld = (isPublic: boolean) =>
    of(isPublic).report.rows.filter(({ withheld: how }) => how === 'complementary').length
  expect([withheld(false), withheld(true) > 0, runs]).toEqual([0, true, 400])
})

test('another label is reported by name, without naming a model that may not be its own', async () => {
  const { report, provenance } = (await folderReport(module, dir, { ...options, label: 'later' }))(false)
  expect([report.label, report.overall.n, report.threshold?.origin, provenance.model.sha256]).toEqual([
    'later',
    // Every second of 400, without the twenty refused ones, which are all among them.
    180,
    'prevalence-matched',
    ''
  ])
})

test('a module that measures is reported by its differences', async () => {
  const judge = {
    ...module,
    judge: () =>
      Promise.resolve({
        n: 60,
        patients: 60,
        positives: 0,
        metrics: [],
        baselines: [],
        refused: [{ code: 'paced', n: 1 }],
        differences: Array.from({ length: 60 }, (_, i) => ({
          label: 'qt',
          unit: 'ms',
          patientId: `p${i}`,
          difference: i % 2 === 0 ? 5 : -3,
          groups: { sex: i < 30 ? 'female' : 'male' }
        }))
      })
  } as unknown as InferenceModule
  const { report, provenance } = (await folderReport(judge, dir, options))(false)
  expect([report.kind, report.unit, provenance.refused]).toEqual(['measurement', 'ms', [{ code: 'paced', n: 1 }]])
  expect(report.rows.map(({ group, figures }) => [group, figures[0]?.value])).toEqual([
    ['female', 1],
    ['male', 1]
  ])
})

test.each([
  ['a label that nobody scores', { label: 'nothing' }, 'no-label'],
  ['a module without data', {}, 'no-dataset']
])('refuses %s', async (_what, more, reason) => {
  const asked = reason === 'no-dataset' ? ({ ...module, dataset: undefined } as unknown as InferenceModule) : module
  await expect(folderReport(asked, dir, { ...options, ...more })).rejects.toMatchObject({ code: 'BAD_REQUEST', reason })
})
