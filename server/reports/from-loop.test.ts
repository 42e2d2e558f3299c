import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MeasureReport } from '@medplum/fhirtypes'
import type { LoopLabel } from '../../core/closed-loop.ts'
import type { Statement } from '../../core/sql.ts'
import { type Answer, type JobName, type Request, runJob } from '../loop/compute/jobs.ts'
import type { LoopSource } from '../loop/source.ts'
import { defineLoopTables } from '../loop/tables.ts'
import { storeOf } from '../store/fixtures/store-of.ts'
import type { ServerStore } from '../store/server-store.ts'
import { cases } from './fixtures/published.ts'
import { scoredFigures } from './subgroups/figures.ts'
import { loopReport } from './subgroups/from-loop.ts'
import { measureReports, measures } from './subgroups/to-fhir.ts'

const START = Date.parse('2026-01-05T00:00:00Z')
const label = (key: string, kind: LoopLabel['kind']): LoopLabel => ({ key, title: key, kind, window: 'encounter' })
const source: LoopSource = {
  id: 'm',
  title: 'A model',
  policy: {},
  searches: [],
  leading: () => undefined,
  loop: {
    labels: [label('death', 'probability'), { ...label('qt', 'measurement'), unit: 'ms' }],
    listensTo: [],
    predictions: () => Promise.resolve(undefined),
    truths: () => Promise.resolve([])
  }
}

let dir: string
let store: ServerStore
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'reports-'))
  store = storeOf({ dir })
  await store.start()
  await defineLoopTables(store.sql)
  await store.sql.write(
    cases.slice(0, 300).flatMap(({ probability, label: truth, groups }, i) => rows(i, { probability, truth, groups }))
  )
  // Refused, answered and never verified, and withdrawn.
  await store.sql.write([
    ...[0, 1, 2].map((i) => result(`f${i}`, { refused: 'data-insufficient', groups: { sex: 'male' } })),
    ...[0, 1, 2, 3].map((i) => result(`u${i}`, { groups: { sex: 'male' } })),
    result('w', { groups: { sex: 'male' }, withdrawn: 1 }),
    // Another model, earlier.
    result('old', { groups: { sex: 'male' }, model: 'before', at: START - 1 })
  ])
})
afterAll(async () => {
  await store.stop()
  rmSync(dir, { recursive: true, force: true })
})

function rows(
  i: number,
  { probability, truth, groups }: { probability: number; truth: number; groups: Record<string, string> }
): Statement[] {
  const id = `r${i}`
  const prediction = (key: string, value: number, was: number): Statement[] => [
    {
      sql: "INSERT INTO loop_predictions (source, result, label, value, threshold, variants) VALUES ('m', ?, ?, ?, ?, '{}')",
      params: [`RiskAssessment/${id}`, key, String(value), key === 'death' ? '0.25' : null]
    },
    {
      sql: "INSERT INTO loop_truths (source, label, patient, key, reference, at, value) VALUES ('m', ?, ?, ?, ?, ?, ?)",
      params: [key, `Patient/${id}`, `k${id}`, `Observation/${id}`, START, String(was)]
    },
    {
      sql: "INSERT INTO loop_pairs (source, label, result, patient, key) VALUES ('m', ?, ?, ?, ?)",
      params: [key, `RiskAssessment/${id}`, `Patient/${id}`, `k${id}`]
    }
  ]
  return [
    result(id, { groups, at: START + i }),
    ...prediction('death', probability, truth),
    ...prediction('qt', 400 + (i % 2 === 0 ? 6 : -2), 400)
  ]
}

function result(
  id: string,
  {
    groups,
    refused = null,
    withdrawn = 0,
    model = 'abc',
    at = START
  }: { groups: Record<string, string>; refused?: string | null; withdrawn?: number; model?: string; at?: number }
): Statement {
  return {
    sql: `INSERT INTO loop_results (source, result, patient, at, model, model_name, model_version, sha256, withdrawn, refused,
          own_groups, groups_json, inputs) VALUES ('m', ?, ?, ?, ?, 'model', '1', ?, ?, ?, '{}', ?, '{}')`,
    params: [`RiskAssessment/${id}`, `Patient/${id}`, at, model, model, withdrawn, refused, JSON.stringify(groups)]
  }
}

/** The worker's jobs, here in the test's thread and with few draws. */
const computer = {
  run: <K extends JobName>(name: K, request: Request<K>) =>
    Promise.resolve(runJob(name, { ...(request as object), draws: 20 }) as Answer<K>)
}
const now = () => new Date('2026-02-01T00:00:00Z')
const make = (filter: Partial<Parameters<typeof loopReport>[1]> = {}) =>
  loopReport(source, { label: 'death', ...filter }, { sql: store.sql, computer, now })

test('the closed loop gives the report that the same cases give', async () => {
  const { report, provenance } = await make()
  const same = scoredFigures({
    label: 'death',
    kind: 'probability',
    cases: cases.slice(0, 300),
    threshold: 0.25,
    draws: 20
  }).report
  expect(report.rows.map(({ attribute, group, n }) => [attribute, group, n])).toEqual(
    same.rows.map(({ attribute, group, n }) => [attribute, group, n])
  )
  const values = ({ overall }: typeof report) =>
    overall.figures.filter(({ name }) => name !== 'abstention').map(({ name, value }) => [name, value?.toFixed(9)])
  expect(values(report)).toEqual(values(same))
  expect(provenance).toMatchObject({
    model: { name: 'model', version: '1', sha256: 'abc' },
    patients: 300,
    period: { from: '2026-01-05T00:00:00.000Z', to: '2026-01-05T00:00:00.299Z' },
    refused: [{ code: 'data-insufficient', n: 3 }]
  })
})

test('abstention is a share of those asked, verified or not, and withdrawn ones are nobody', async () => {
  const { report } = await make()
  const figure = report.overall.figures.find(({ name }) => name === 'abstention')
  expect(figure?.value).toBeCloseTo(3 / (300 + 3 + 4), 12)
})

test('a measurement is reported by its errors', async () => {
  const { report } = await make({ label: 'qt' })
  // Half 6 ms too long, half 2 ms too short.
  expect(report.overall.figures.slice(0, 2)).toMatchObject([
    { name: 'bias', value: 2 },
    { name: 'sd', value: 4 }
  ])
  expect(report.overall.figures.map(({ name }) => name)).toEqual(['bias', 'sd', 'meanAbsolute', 'abstention'])
})

test('a period without pairs is a report of nothing, not an error', async () => {
  const { report, provenance } = await make({ from: '2030-01-01T00:00:00Z' })
  expect([report.overall.n, report.overall.figures, report.rows, provenance.period]).toEqual([0, [], [], undefined])
})

test('the store takes the MeasureReports, and made again they are the same versions', async () => {
  const write = async () => {
    const resources = [...measures(), ...measureReports(await make({ complementary: true }))]
    return store.write(
      resources.map((resource) => ({ resource })),
      { kind: 'admin' }
    )
  }
  expect(new Set((await write()).map(({ outcome }) => outcome))).toEqual(new Set(['created']))
  const second = await write()
  expect(new Set(second.map(({ outcome }) => outcome))).toEqual(new Set(['unchanged']))
  const { resource } = second.at(-1)!
  const read = await store.read<MeasureReport>('MeasureReport', resource.id)
  expect(read?.period).toEqual({ start: '2026-01-05T00:00:00.000Z', end: '2026-01-05T00:00:00.299Z' })
})
