import { spawn } from 'node:child_process'
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { backup } from '../../server/operations/backup.ts'
import { restore, verifyBackup } from '../../server/operations/restore.ts'
import type { World } from '../support/world.ts'
import { admission, ecgMessage, minutes, order, potassium } from './support/hospital.ts'
import { hospitalWorld, sender } from './support/hospital-world.ts'
import { quiet } from './support/quiet.ts'
import { laboratory } from './support/receivers.ts'

/** T54: backup, restore and replay give byte-identical FHIR state, at rest and with traffic going on. */
const root = mkdtempSync(join(tmpdir(), 'hb-backup-'))
const now = new Date(Math.floor(Date.now() / 1000) * 1000)
const fresh = (name: string) => mkdtempSync(join(root, `${name}-`))
let lab: Awaited<ReturnType<typeof laboratory>>
beforeAll(async () => {
  lab = await laboratory()
})
afterAll(async () => {
  await lab?.close()
  rmSync(root, { recursive: true, force: true })
})

const person = (n: number) => ({ mrn: `B${n}`, family: `Sim${n}`, birthDate: '19500301', sex: 'F', at: now })
/** Four messages of one person, so that each person's end does not hang on another's. */
const messages = (n: number): Uint8Array[] => [
  admission({ controlId: `A${n}`, visit: `V${n}`, admittedAt: now, ...person(n) }),
  potassium({ controlId: `P${n}`, filler: `F${n}`, value: '4.4', collectedAt: minutes(now, -200), ...person(n) }),
  order({ controlId: `O${n}`, placer: `PL${n}`, placedAt: now, ...person(n) }),
  ecgMessage({
    controlId: `E${n}`,
    filler: `EF${n}`,
    acquiredAt: minutes(now, -2),
    latent: 4 + (n % 5),
    seed: n,
    ...person(n)
  })
]

/** Every version of every resource as the store holds it, read from the file of a stopped server. */
function fhirState(dataDir: string): Map<string, string> {
  const db = new Database(join(dataDir, 'store', 'fhir.sqlite'), { readonly: true })
  const rows = db
    .prepare(
      `SELECT rtype, id, version, updated, deleted, json FROM resource
       UNION ALL SELECT r.rtype, r.id, h.version, h.updated, h.deleted, h.json FROM history h JOIN resource r USING (rid)
       ORDER BY 1, 2, 3`
    )
    .all()
  db.close()
  return new Map(
    rows.map((row) => {
      const { rtype, id, version } = row as { rtype: string; id: string; version: number }
      return [`${rtype}/${id}/_history/${version}`, JSON.stringify(row)]
    })
  )
}

/** What differs, by version: the contents would fill pages. */
const differences = (a: Map<string, string>, b: Map<string, string>): string[] =>
  [...new Set([...a.keys(), ...b.keys()])].filter((key) => a.get(key) !== b.get(key))

/** Current resources without when they were written: what a second run of the same messages has to give. */
async function current(world: World, types: readonly string[]): Promise<Map<string, string>> {
  const all = new Map<string, string>()
  for (const type of types) {
    for (const resource of await world.search<{ id: string; meta: Record<string, unknown> }>(`${type}?_count=1000`)) {
      const { versionId: _v, lastUpdated: _l, ...meta } = resource.meta
      all.set(`${type}/${resource.id}`, JSON.stringify({ ...resource, meta }))
    }
  }
  return all
}

const RECORDED = ['Patient', 'Encounter', 'Observation', 'DocumentReference', 'Specimen', 'DiagnosticReport']

describe('backup at rest', () => {
  let dataDir: string
  let state: Map<string, string>
  const saved = join(root, 'at-rest')
  beforeAll(async () => {
    const world = await hospitalWorld(lab.address, { mode: 'advisory' })
    const client = sender(world)
    for (let n = 0; n < 3; n++) for (const message of messages(n)) await client.send(message)
    await quiet(world.app)
    await client.close()
    await world.stop({ keep: true })
    dataDir = world.dataDir
    state = fhirState(dataDir)
    await backup({ dataDir, blobsDir: join(dataDir, 'blobs'), to: saved })
  }, 60_000)
  afterAll(() => rmSync(dataDir, { recursive: true }))

  test('restored, it is the same to the byte, and a replay of the whole log leaves it so', async () => {
    const to = join(root, 'restored')
    await restore({ from: saved, to })
    expect(differences(fhirState(to), state)).toEqual([])
    const world = await hospitalWorld(lab.address, { mode: 'advisory', dataDir: to })
    await quiet(world.app)
    const sent = lab.received.length
    let replayed = 0
    for (let partition = 0; partition < 16; partition++)
      replayed += await world.app.bus.replay({ topic: 'inbound.hl7v2', partition, from: 0, to: 1000 })
    expect(replayed).toBe(12)
    await quiet(world.app)
    await world.stop({ keep: true })
    expect(differences(fhirState(to), state)).toEqual([])
    expect(lab.received.length).toBe(sent)
  }, 60_000)

  test('every blob is in it, under its hash', async () => {
    const manifest = await verifyBackup(saved)
    expect(manifest.blobs.count).toBeGreaterThanOrEqual(3)
    expect(Object.keys(manifest.files)).toEqual(['store/fhir.sqlite', 'bus.sqlite', 'site-secret', 'blobs.list'])
  })

  test('nobody but its owner may read it', () => {
    const open = readdirSync(saved, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => (statSync(path).mode & 0o077) !== 0)
    expect(open).toEqual([])
    expect(statSync(saved).mode & 0o077).toBe(0)
  })

  test('a folder with something in it is not written to', async () => {
    const taken = fresh('taken')
    writeFileSync(join(taken, 'mine'), 'x')
    const blobsDir = join(dataDir, 'blobs')
    await expect(backup({ dataDir, blobsDir, to: taken })).rejects.toMatchObject({ code: 'BACKUP_TARGET' })
    await expect(restore({ from: saved, to: taken })).rejects.toMatchObject({
      code: 'BACKUP_TARGET',
      reason: 'not-empty'
    })
    expect(readdirSync(taken)).toEqual(['mine'])
  })

  const copyOf = async (): Promise<string> => {
    const to = join(fresh('copy'), 'backup')
    await backup({ dataDir, blobsDir: join(dataDir, 'blobs'), to })
    return to
  }
  const aBlob = (dir: string): string =>
    readdirSync(join(dir, 'blobs'), { recursive: true })
      .map((name) => join(dir, 'blobs', String(name)))
      .find((path) => statSync(path).isFile())!

  test.each([
    ['a byte more in the store', (dir: string) => appendFileSync(join(dir, 'store/fhir.sqlite'), 'x'), 'damaged'],
    ['a log that is gone', (dir: string) => rmSync(join(dir, 'bus.sqlite')), 'missing'],
    ['a secret of another site', (dir: string) => writeFileSync(join(dir, 'site-secret'), 'x'.repeat(64)), 'damaged'],
    ['a changed blob', (dir: string) => appendFileSync(aBlob(dir), 'x'), 'damaged'],
    ['a blob that is gone', (dir: string) => rmSync(aBlob(dir)), 'missing'],
    ['no manifest: it was not finished', (dir: string) => rmSync(join(dir, 'manifest.json')), 'no-manifest'],
    ['a manifest that is not JSON', (dir: string) => writeFileSync(join(dir, 'manifest.json'), '{'), 'manifest'],
    [
      'a manifest that leads out of the folder',
      (dir: string) => edit(dir, (m) => ({ ...m, files: { ...m.files, '../../x': { size: 1, sha256: 'x' } } })),
      'manifest'
    ],
    ['a format of a later program', (dir: string) => edit(dir, (m) => ({ ...m, format: 99 })), 'newer-format']
  ])('%s is found before anything is restored', async (_, damage, reason) => {
    const dir = await copyOf()
    damage(dir)
    const to = join(fresh('target'), 'data')
    await expect(restore({ from: dir, to })).rejects.toMatchObject({ code: 'BACKUP_INVALID', reason })
    expect(readdirSync(to)).toEqual([])
  })
})

function edit(dir: string, change: (manifest: { files: object; format: number }) => object): void {
  const file = join(dir, 'manifest.json')
  writeFileSync(file, JSON.stringify(change(JSON.parse(readFileSync(file, 'utf8')))))
}

test('what is recorded, answered and timed between two steps of a backup is lost at none of them', async () => {
  const original = await hospitalWorld(lab.address, { mode: 'advisory' })
  const client = sender(original)
  const saved = join(root, 'between')
  const people: Record<string, number> = { offsets: 500, store: 501, bus: 502 }
  await backup({
    dataDir: original.dataDir,
    blobsDir: join(original.dataDir, 'blobs'),
    to: saved,
    async onStep(step) {
      const n = people[step]
      if (n === undefined) return
      for (const message of messages(n)) await client.send(message)
      await quiet(original.app)
    }
  })
  await client.close()
  const results = await current(original, ['RiskAssessment'])
  const wanted = await current(original, RECORDED)
  await original.stop()
  const to = join(root, 'between-data')
  await restore({ from: saved, to })
  const restored = await hospitalWorld(lab.address, { mode: 'advisory', dataDir: to })
  await quiet(restored.app)
  for (const mrn of ['B500', 'B501']) {
    for (const code of ['2823-3', '11524-6'])
      expect([mrn, code, (await observations(restored, mrn, code)).length]).toEqual([mrn, code, 1])
    // Its own and its order's.
    expect([mrn, (await restored.search(`RiskAssessment?patient.identifier=${mrn}`)).length]).toEqual([mrn, 2])
  }
  const got = await current(restored, RECORDED)
  expect([...got].filter(([key, json]) => wanted.get(key) !== json).map(([key]) => key)).toEqual([])
  expect([...(await current(restored, ['RiskAssessment'])).keys()].filter((key) => !results.has(key))).toEqual([])
  await restored.stop()
}, 60_000)

describe('backup by the command while messages come in', () => {
  test('a server on the restored folder has all that was acknowledged before, goes on, and sends nothing under a new id', async () => {
    const before = lab.received.length
    const original = await hospitalWorld(lab.address, { mode: 'advisory' })
    const client = sender(original)
    const acknowledged: { n: number; at: string }[] = []
    let go = true
    let n = 100
    const traffic = (async () => {
      for (; go && n < 400; n++) {
        for (const message of messages(n)) await client.send(message)
        acknowledged.push({ n, at: new Date().toISOString() })
      }
    })()
    await original.until('some traffic', () => acknowledged.length >= 8, 30_000)
    const saved = join(root, 'live')
    const startedAt = new Date().toISOString()
    const done = await hisbundle(original, ['backup', '--to', saved, '--json'])
    expect(done.code).toBe(0)
    expect(JSON.parse(done.out)).toMatchObject({ startedAt: expect.any(String) })
    const during = acknowledged.length
    await original.until('more traffic after it', () => acknowledged.length >= during + 4, 30_000)
    go = false
    await traffic
    await quiet(original.app)
    const wanted = await current(original, RECORDED)
    const results = await current(original, ['RiskAssessment'])
    await original.until('an answer to an order', () => lab.received.length > before)
    const sentBefore = new Set(lab.received.slice(before).map(({ controlId }) => controlId))
    await client.close()
    await original.stop()

    const to = join(root, 'live-data')
    await restore({ from: saved, to })
    const restored = await hospitalWorld(lab.address, { mode: 'advisory', dataDir: to })
    await quiet(restored.app)
    const got = await current(restored, RECORDED)
    // Everything acknowledged before the command was called is there, and no later message is there in part only.
    const mrns = acknowledged.filter(({ at }) => at < startedAt).map(({ n }) => `B${n}`)
    expect(mrns.length).toBeGreaterThanOrEqual(8)
    for (const mrn of mrns)
      for (const code of ['2823-3', '11524-6'])
        expect([mrn, code, (await observations(restored, mrn, code)).length]).toEqual([mrn, code, 1])
    // What is there is what the original recorded of the same envelopes, byte for byte.
    const other = [...got].filter(([key, json]) => wanted.get(key) !== json).map(([key]) => key)
    expect(other).toEqual([])
    const ids = await current(restored, ['RiskAssessment'])
    expect([...ids.keys()].filter((key) => !results.has(key))).toEqual([])
    expect(ids.size).toBeGreaterThanOrEqual(mrns.length)
    const fresh = lab.received.slice(before).filter(({ controlId }) => !sentBefore.has(controlId))
    expect(fresh.map(({ type }) => type)).toEqual([])
    // And it goes on.
    const more = sender(restored)
    for (const message of messages(900)) await more.send(message)
    await quiet(restored.app)
    expect(await observations(restored, 'B900', '2823-3')).toHaveLength(1)
    await more.close()
    await restored.stop()
  }, 120_000)
})

const observations = (world: World, mrn: string, code: string) =>
  world.search(`Observation?patient.identifier=${mrn}&code=${code}`)

function hisbundle(world: World, args: string[]): Promise<{ code: number; out: string }> {
  const { NODE_OPTIONS: _mine, ...env } = process.env
  const main = join(import.meta.dirname, '..', '..', 'server', 'cli', 'main.ts')
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [main, ...args], {
      cwd: root,
      env: { ...env, HISBUNDLE_DATADIR: world.dataDir },
      stdio: ['ignore', 'pipe', 'inherit']
    })
    let out = ''
    child.stdout.on('data', (chunk) => {
      out += chunk
    })
    child.on('close', (code) => resolve({ code: code ?? -1, out }))
  })
}
