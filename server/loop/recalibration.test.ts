import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Statement } from '../../core/sql.ts'
import { mulberry32 } from '../../inference/metrics/bootstrap.ts'
import pocketK from '../../inference/modules/pocket-k/index.ts'
import { writeTinyModel } from '../../inference/runtime/fixtures/tiny-pocket-k.ts'
import { discoverModels } from '../../inference/runtime/registry.ts'
import { storeOf } from '../store/fixtures/store-of.ts'
import type { ServerStore } from '../store/server-store.ts'
import { type Computer, createComputer } from './compute/computer.ts'
import { createModelFolders } from './model-folders.ts'
import { createRecalibration } from './recalibration.ts'
import { moduleSource } from './source.ts'
import { changedStatement, defineLoopTables } from './tables.ts'

const LABEL = 'k-gt-5.5'
const NOW = '2026-06-01T08:00:00.000Z'
const source = moduleSource(pocketK, {})!

let dir: string
let store: ServerStore
let computer: Computer
let sha256: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'recalibration-'))
  await mkdir(join(dir, 'shipped'))
  await writeTinyModel(join(dir, 'shipped'), {})
  store = storeOf({ dir: join(dir, 'store') })
  await store.start()
  await defineLoopTables(store.sql)
  computer = createComputer()
  const entry = (await discoverModels({ shippedRoot: join(dir, 'shipped') })).get('pocket-k/1')
  if (entry?.kind !== 'model') throw new Error('the fixture does not load')
  sha256 = entry.folder.manifest.sha256
}, 60_000)
afterAll(async () => {
  await computer?.stop()
  await store?.stop()
  await rm(dir, { recursive: true, force: true })
})
beforeEach(async () => {
  await rm(siteRoot(), { recursive: true, force: true })
  await store.sql.write(
    ['loop_results', 'loop_predictions', 'loop_truths', 'loop_pairs'].map((table) => ({ sql: `DELETE FROM ${table}` }))
  )
})

const siteRoot = (): string => join(dir, 'site')
const places = () => ({ shippedRoot: join(dir, 'shipped'), siteRoot: siteRoot() })
/** As after a start: folders are read anew. */
const service = () =>
  createRecalibration({
    sql: store.sql,
    computer,
    folderOf: createModelFolders(places()).folderOf,
    siteRoot: siteRoot(),
    clock: { now: () => new Date(NOW) }
  })

/** Screens whose truth follows logit(p) = intercept + slope logit(said). */
async function pairs(
  count: number,
  {
    slope,
    intercept,
    model = sha256,
    from = '2026-03-01'
  }: { slope: number; intercept: number; model?: string; from?: string }
): Promise<void> {
  const next = mulberry32(3003)
  const statements: Statement[] = []
  for (let i = 0; i < count; i++) {
    const z = -1 + 1.5 * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
    const truth = next() < 1 / (1 + Math.exp(-(intercept + slope * z))) ? '1' : '0'
    const [result, patient] = [`RiskAssessment/${from}-${i}`, `Patient/${from}-${i}`]
    statements.push(
      {
        sql: `INSERT INTO loop_results (source, result, patient, at, model, model_name, model_version, sha256, withdrawn,
              own_groups, groups_json, inputs) VALUES ('pocket-k', ?, ?, ?, ?, 'tiny', '1', ?, 0, '{}', '{}', '{}')`,
        params: [result, patient, Date.parse(from) + i * 60_000, model, model]
      },
      {
        sql: `INSERT INTO loop_predictions (source, result, label, value, variants) VALUES ('pocket-k', ?, ?, ?, '{}')`,
        params: [result, LABEL, String(1 / (1 + Math.exp(-z)))]
      },
      {
        sql: `INSERT INTO loop_truths (source, label, patient, key, reference, at, value)
              VALUES ('pocket-k', ?, ?, 'k', 'Observation/k/_history/1', ?, ?)`,
        params: [LABEL, patient, Date.parse(from), truth]
      },
      {
        sql: `INSERT INTO loop_pairs (source, label, result, patient, key) VALUES ('pocket-k', ?, ?, ?, 'k')`,
        params: [LABEL, result, patient]
      }
    )
  }
  await store.sql.write([...statements, changedStatement('pocket-k')])
}

test('a proposal changes nothing; a named person writes it over the shipped site.json, and the next start serves it', async () => {
  await pairs(1200, { slope: 0.6, intercept: 0.8 })
  const proposed = await service().propose(source, LABEL)
  expect(proposed).toMatchObject({ fitted: { n: 1200, method: 'platt' }, isShownBetter: true })
  await expect(readFile(join(siteRoot(), 'pocket-k-1', 'site.json'))).rejects.toThrow('ENOENT')

  const { applied } = await service().apply(source, LABEL, 'Dr A. Example')
  expect(applied).toMatchObject({
    method: 'platt',
    modelSha256: sha256,
    approvedBy: 'Dr A. Example',
    approvedAt: NOW,
    n: 1200
  })
  const written = JSON.parse(await readFile(join(siteRoot(), 'pocket-k-1', 'site.json'), 'utf8')) as object
  expect(written).toEqual({ calibration: { [LABEL]: applied } })
  const entry = (await discoverModels(places())).get('pocket-k/1')
  expect(entry).toMatchObject({ kind: 'model', folder: { shipped: true, site: { calibration: { [LABEL]: applied } } } })
  // What was served before that moment was served on another scale: the next proposal waits for new pairs.
  expect(await service().propose(source, LABEL)).toMatchObject({
    fitted: { n: 0, suppressed: 'fewer than 200 pairs' },
    inForce: { modelSha256: sha256 }
  })
})

test('keeps what else the site had written', async () => {
  await pairs(600, { slope: 0.5, intercept: 0.8 })
  await mkdir(join(siteRoot(), 'pocket-k-1'), { recursive: true })
  const file = join(siteRoot(), 'pocket-k-1', 'site.json')
  await writeFile(file, JSON.stringify({ assumedPrevalence: 0.03, calibration: { 'k-ge-6.0': { method: 'platt' } } }))
  await service().apply(source, LABEL, 'Dr A. Example')
  const written = JSON.parse(await readFile(file, 'utf8')) as { calibration: object }
  expect(written).toMatchObject({ assumedPrevalence: 0.03 })
  expect(Object.keys(written.calibration)).toEqual(['k-ge-6.0', LABEL])
})

test.each([
  ['nobody', undefined, 'required'],
  ['an empty name', '  ', 'required'],
  ['no name but a flag', true, 'required']
])('is not applied by %s', async (_who, approver, reason) => {
  await pairs(600, { slope: 0.5, intercept: 0.8 })
  await expect(service().apply(source, LABEL, approver)).rejects.toMatchObject({ code: 'BAD_REQUEST', reason })
  await expect(readFile(join(siteRoot(), 'pocket-k-1', 'site.json'))).rejects.toThrow('ENOENT')
})

test('has nothing to apply where too little is known, and nothing to say of a model that is not here', async () => {
  await pairs(150, { slope: 0.5, intercept: 0.8 })
  await expect(service().apply(source, LABEL, 'Dr A. Example')).rejects.toMatchObject({ reason: 'no-proposal' })
  await store.sql.write([{ sql: "UPDATE loop_results SET model = 'other', sha256 = 'other'" }])
  await expect(service().propose(source, LABEL)).rejects.toMatchObject({ reason: 'not-our-model' })
})
