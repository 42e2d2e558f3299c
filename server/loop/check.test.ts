import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Task } from '@medplum/fhirtypes'
import { silentLogger } from '../../core/log.ts'
import type { Statement } from '../../core/sql.ts'
import { mulberry32 } from '../../inference/metrics/bootstrap.ts'
import { loop as loopSection } from '../config/sections/loop.ts'
import { storeOf } from '../store/fixtures/store-of.ts'
import type { ServerStore } from '../store/server-store.ts'
import { check } from './check.ts'
import { type Computer, createComputer } from './compute/computer.ts'
import { createPerformance } from './performance.ts'
import type { LoopSource } from './source.ts'
import { changedStatement, defineLoopTables } from './tables.ts'

const DAY_MS = 24 * 3_600_000
const START = Date.parse('2026-01-05T00:00:00Z')
const source: LoopSource = {
  id: 'm',
  title: 'A model',
  policy: {},
  searches: [],
  leading: () => undefined,
  loop: {
    labels: [{ key: 'death', title: 'Death', kind: 'probability', window: 'encounter' }],
    listensTo: [],
    predictions: () => Promise.resolve(undefined),
    truths: () => Promise.resolve([])
  }
}

let dir: string
let store: ServerStore
let computer: Computer
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'check-'))
  store = storeOf({ dir })
  computer = createComputer()
  await store.start()
  await defineLoopTables(store.sql)
})
afterAll(async () => {
  await computer.stop()
  await store.stop()
  rmSync(dir, { recursive: true, force: true })
})
beforeEach(async () => {
  await store.sql.write(
    ['loop_results', 'loop_predictions', 'loop_truths', 'loop_pairs'].map((table) => ({ sql: `DELETE FROM ${table}` }))
  )
})

interface Stay {
  /** Log odds added to what comes true, beyond what was foretold. */
  shift?: number
  /** Share of the ill of one sex that the model misses. */
  missedMen?: number
  /** Added to the lactate of the stay. */
  lactate?: number
}

/** Stays of one model, twenty a day, with what was foretold and what came true. */
async function stays(
  count: number,
  fromDay: number,
  { shift = 0, missedMen = 0, lactate = 0 }: Stay = {}
): Promise<void> {
  const next = mulberry32(1000 + fromDay)
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
  const statements: Statement[] = []
  for (let i = 0; i < count; i++) {
    const z = -1.6 + 1.3 * normal()
    const sex = next() < 0.5 ? 'male' : 'female'
    const died = next() < 1 / (1 + Math.exp(-(z + shift)))
    const isMissed = died && sex === 'male' && next() < missedMen
    const value = isMissed ? 0.02 : 1 / (1 + Math.exp(-z))
    const at = START + fromDay * DAY_MS + (i * DAY_MS) / 20
    const [result, patient] = [`RiskAssessment/r${fromDay}-${i}`, `Patient/p${fromDay}-${i}`]
    statements.push(
      {
        sql: `INSERT INTO loop_results (source, result, patient, at, model, model_name, model_version, sha256, withdrawn,
              own_groups, groups_json, inputs) VALUES ('m', ?, ?, ?, 'abc', 'model', '1', 'abc', 0, '{}', ?, ?)`,
        params: [
          result,
          patient,
          at,
          JSON.stringify({ sex }),
          JSON.stringify({ lactate: 2 + 0.7 * normal() + lactate })
        ]
      },
      {
        sql: `INSERT INTO loop_predictions (source, result, label, value, threshold, variants)
              VALUES ('m', ?, 'death', ?, '0.2', '{}')`,
        params: [result, String(value)]
      },
      {
        sql: `INSERT INTO loop_truths (source, label, patient, key, reference, at, value) VALUES ('m', 'death', ?, ?, ?, ?, ?)`,
        params: [patient, 'k', 'Encounter/e/_history/1', at + DAY_MS, died ? '1' : '0']
      },
      {
        sql: `INSERT INTO loop_pairs (source, label, result, patient, key) VALUES ('m', 'death', ?, ?, 'k')`,
        params: [result, patient]
      }
    )
  }
  await store.sql.write([...statements, changedStatement('m')])
}

const look = (day: number) =>
  check({
    store,
    sources: [source],
    computer,
    config: loopSection.defaults,
    fallbackOwner: 'equity-office',
    referenceOf: () => Promise.resolve(undefined),
    clock: { now: () => new Date(START + day * DAY_MS) },
    log: silentLogger
  })
const tasks = async () => (await store.search<Task>('Task?_count=50')).filter(({ status }) => status === 'requested')
const close = async () => {
  for (const task of await tasks())
    await store.write([{ resource: { ...task, status: 'completed' } as Task & { id: string } }], { kind: 'rest' })
}

test('a calm month opens nothing', async () => {
  await stays(600, 0)
  const report = await look(30)
  expect(report.sources).toMatchObject([{ source: 'm', comparedWith: 'site', tasks: [] }])
  expect(report.sources[0]!.inputs.map(({ name, verdict }) => [name, verdict])).toEqual([
    ['lactate', 'stable'],
    ['score:death', 'stable']
  ])
  expect(await tasks()).toEqual([])
})

test('a calibration that went off opens one Task, which takes what is seen again, and the next after it was closed', async () => {
  await stays(300, 0)
  await stays(500, 15, { shift: 1.1 })
  const [first] = (await look(40)).sources
  expect(first!.labels[0]!.charts.find(({ direction }) => direction === 'up')?.signalAt).toBeDefined()
  const [task, ...more] = await tasks()
  expect(more).toEqual([])
  expect(task).toMatchObject({
    code: { coding: [{ code: 'worklist-drift' }] },
    owner: { display: 'equity-office' },
    status: 'requested',
    intent: 'order'
  })
  expect(task!.description).toMatch(
    /^A model, model 1, death: more came true than was foretold \(chart for an odds ratio of 2.00: /
  )
  await look(47)
  const [again, ...others] = await tasks()
  expect(others).toEqual([])
  expect(again).toMatchObject({ id: task!.id, input: [{ type: { text: 'seen' } }, { type: { text: 'seen' } }] })
  await close()
  // Closed now, which is after all of these stays: nothing that a person has judged is found again.
  await look(48)
  expect(await tasks()).toEqual([])
})

test('a group whose ill are missed opens a Task with its rates', async () => {
  await stays(900, 0, { missedMen: 0.5 })
  const [found] = (await look(60)).sources
  expect(found!.labels[0]!.gaps).toMatchObject([{ attribute: 'sex', breach: true }])
  const gap = (await tasks()).find(({ code }) => code?.coding?.[0]?.code === 'worklist-fairness')
  expect(gap?.description).toMatch(
    /sex: sensitivity female 0\.\d\d \(\d+ events\), male 0\.\d\d \(\d+ events\); difference 0\.\d\d/
  )
  await close()
})

test('an input that moved opens a Task that names it', async () => {
  await stays(600, 0)
  await stays(120, 33, { lactate: 1.5 })
  await look(40)
  const [task] = await tasks()
  expect(task?.description).toContain('lactate')
  expect(task?.description).not.toContain('score:death')
  await close()
})

test('reads 5,000 pairs a thousand rows at a time, and makes the figures elsewhere', async () => {
  for (let day = 0; day < 1000; day += 100) await stays(500, day)
  const counts: number[] = []
  const watched = {
    ...store,
    search: store.search,
    sql: {
      ...store.sql,
      async all<T>(sql: string, params?: Parameters<typeof store.sql.all>[1]): Promise<T[]> {
        const rows = await store.sql.all<T>(sql, params)
        counts.push(rows.length)
        return rows
      }
    }
  }
  const { models } = await createPerformance({ store: watched, sources: [source], computer }).report(source, {
    label: 'death'
  })
  expect(models).toMatchObject([{ pairs: 5000, judged: { n: 5000, thresholdFrom: 'site' } }])
  expect(Math.max(...counts)).toBe(1000)
}, 60_000)
