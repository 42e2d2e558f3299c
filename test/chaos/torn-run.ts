import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { seeded } from '../../server/demo/simulate/random.ts'

const FIXTURE = fileURLToPath(new URL('./torn-writer.fixture.ts', import.meta.url))
const WAL_HEADER = 32
const FRAME_HEADER = 24
const PAGE = 4096

export type Engine = 'bus' | 'store'
export const FILES: Record<Engine, string> = { bus: 'bus.sqlite', store: 'fhir.sqlite' }

/** What is on the disk after a kill, and what had been acknowledged. */
export interface Image {
  engine: Engine
  dir: string
  acknowledged: string[]
  /** Bytes of the log that were there when the last acknowledgement was given: a disk that keeps its word has them. */
  durableBytes: number
  wal: Buffer
}

/** Runs the writer until `count` writes are acknowledged, then kills it. */
export async function imageAfterKill(engine: Engine, count: number): Promise<Image> {
  const dir = mkdtempSync(join(tmpdir(), 'hb-torn-'))
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', FIXTURE, engine, dir], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'] ?? '' }
  })
  let text = ''
  await new Promise((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      if (text.split('\n').length > count) child.kill('SIGKILL')
    })
    child.once('close', resolve)
  })
  const lines = text.split('\n').slice(0, -1)
  const durableBytes = Math.max(...lines.map((line) => Number(line.split(' ')[1])))
  const wal = readFileSync(`${join(dir, FILES[engine])}-wal`)
  return { engine, dir, acknowledged: lines.map((line) => line.split(' ')[0]!), durableBytes, wal }
}

type Damage = (wal: Buffer, from: number, uniform: () => number) => Buffer

/** What a power cut leaves behind the last acknowledged byte. `from` is the first byte that nobody was promised. */
export const DAMAGES: Record<string, Damage> = {
  'cut off': (wal, from, uniform) => wal.subarray(0, from + Math.floor(uniform() * (wal.length - from + 1))),
  'random bytes': (wal, from, uniform) =>
    Buffer.concat([wal.subarray(0, from), randomBytes(1 + Math.floor(uniform() * 3 * PAGE), uniform)]),
  zeros: (wal, from, uniform) =>
    Buffer.concat([wal.subarray(0, from), Buffer.alloc(1 + Math.floor(uniform() * 3 * PAGE))]),
  'half a frame': (wal, from, uniform) =>
    Buffer.concat([wal.subarray(0, from), lastFrame(wal).subarray(0, Math.floor(uniform() * (FRAME_HEADER + PAGE)))]),
  'a frame again': (wal, from) => Buffer.concat([wal.subarray(0, from), lastFrame(wal)]),
  'a frame with one bit turned': (wal, from, uniform) => {
    const frame = Buffer.from(lastFrame(wal))
    const at = Math.floor(uniform() * frame.length)
    frame[at] = frame[at]! ^ (1 << Math.floor(uniform() * 8))
    return Buffer.concat([wal.subarray(0, from), frame])
  }
}

/** The last whole frame: 24 bytes of header (SQLite file format section 4.1), then the page. */
function lastFrame(wal: Buffer): Buffer {
  const frames = Math.floor((wal.length - WAL_HEADER) / (FRAME_HEADER + PAGE))
  const at = WAL_HEADER + (frames - 1) * (FRAME_HEADER + PAGE)
  return wal.subarray(at, at + FRAME_HEADER + PAGE)
}

function randomBytes(length: number, uniform: () => number): Buffer {
  return Buffer.from(Uint8Array.from({ length }, () => Math.floor(uniform() * 256)))
}

/** A copy of the image with another log; the shared-memory index is damaged too, or gone, as after a power cut. */
export function damaged(image: Image, wal: Buffer, uniform: () => number): string {
  const dir = mkdtempSync(join(tmpdir(), 'hb-torn-'))
  cpSync(image.dir, dir, { recursive: true })
  const file = join(dir, FILES[image.engine])
  writeFileSync(`${file}-wal`, wal)
  if (uniform() < 0.5) rmSync(`${file}-shm`, { force: true })
  else writeFileSync(`${file}-shm`, randomBytes(32 * 1024, uniform))
  return dir
}

/** What a database holds after its recovery: ids as they were acknowledged, and what SQLite says of its pages. */
export function recovered(engine: Engine, dir: string): { integrity: string; ids: Set<string>; twice: string[] } {
  const db = new Database(join(dir, FILES[engine]))
  try {
    const integrity = String(db.pragma('integrity_check', { simple: true }))
    const rows = (
      engine === 'bus'
        ? db.prepare('SELECT envelope_id AS id FROM records').all()
        : db
            .prepare(
              "SELECT id FROM resource r WHERE rtype = 'Patient' AND EXISTS (SELECT 1 FROM resource b WHERE b.rtype = 'Patient' AND b.id = r.id || '-b')"
            )
            .all()
    ) as { id: string }[]
    const ids = rows.map(({ id }) => id)
    return { integrity, ids: new Set(ids), twice: ids.filter((id, i) => ids.indexOf(id) !== i) }
  } finally {
    db.close()
  }
}

export interface TornReport {
  trials: Record<string, number>
  lost: string[]
  corrupt: string[]
  twice: string[]
  /** Longest recovery: opening, replay of the log and the check of every page. */
  slowestMs: number
}

/** Kills a writer, then recovers that image under every kind of damage behind the promised bytes. */
export async function tornRun(options: {
  images: number
  trials: number
  seed: number
  engine: Engine
}): Promise<TornReport> {
  const uniform = seeded(options.seed)
  const report: TornReport = { trials: {}, lost: [], corrupt: [], twice: [], slowestMs: 0 }
  const kinds = Object.keys(DAMAGES)
  for (let n = 0; n < options.images; n++) {
    const image = await imageAfterKill(options.engine, 20 + Math.floor(uniform() * 300))
    try {
      for (let i = 0; i < options.trials; i++) {
        const kind = kinds[i % kinds.length]!
        const dir = damaged(
          image,
          DAMAGES[kind]!(image.wal, Math.min(image.durableBytes, image.wal.length), uniform),
          uniform
        )
        const began = performance.now()
        const { integrity, ids, twice } = recovered(options.engine, dir)
        report.slowestMs = Math.max(report.slowestMs, performance.now() - began)
        report.trials[kind] = (report.trials[kind] ?? 0) + 1
        if (integrity !== 'ok') report.corrupt.push(`${kind}: ${integrity.slice(0, 80)}`)
        for (const id of image.acknowledged) if (!ids.has(id)) report.lost.push(`${kind}: ${id}`)
        report.twice.push(...twice.map((id) => `${kind}: ${id}`))
        rmSync(dir, { recursive: true, force: true })
      }
    } finally {
      rmSync(image.dir, { recursive: true, force: true })
    }
  }
  return report
}
