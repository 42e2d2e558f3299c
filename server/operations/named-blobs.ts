import type { BlobStore } from '../../core/blob-store.ts'
import { AppError } from '../../core/errors/app-error.ts'
import type { EventBus } from '../../core/event-bus.ts'
import type { Sql } from '../../core/sql.ts'

const PAGE = 500
const MOST_PARKED = 100_000
const NAME = /[0-9a-f]{64}/g

export interface NameSources {
  sql: Sql
  bus: EventBus
  blobs: Pick<BlobStore, 'get'>
}

/**
 * Every sha256 that something still names: resources and all their versions, series that are being put together, what lies
 * on the bus and what is parked (design section 4). Anything that looks like a hash counts, so that a place added later is
 * kept rather than collected. The manifest of a series names its instances: what a resource names as a manifest is read too.
 *
 * Pages, with a breath between two: the server goes on meanwhile.
 */
export async function* namedBlobs(sources: NameSources): AsyncIterable<string[]> {
  for (const table of ['resource', 'history']) yield* fromResources(sources, table)
  yield* fromAssemblies(sources.sql)
  if (sources.bus.claims) yield* sources.bus.claims()
  else {
    // A past that cannot be read through is waited for: no blob is collected before its retention is over. What is parked
    // waits for a person, however long.
    const parked = await sources.bus.parked({ state: 'parked', limit: MOST_PARKED })
    if (parked.length === MOST_PARKED) throw new AppError('BACK_PRESSURE', { reason: 'too-much-parked' })
    yield parked.flatMap(({ record }) => Object.values(record.headers).flatMap((header) => header.match(NAME) ?? []))
  }
}

async function* fromResources({ sql, blobs }: NameSources, table: string): AsyncIterable<string[]> {
  const manifests = new Set<string>()
  let [rid, version] = [0, 0]
  for (;;) {
    const rows = await sql.all<{ rid: number; version: number; rtype: string; json: string | null }>(
      table === 'resource'
        ? `SELECT rid, 0 AS version, rtype, json FROM resource WHERE rid > ? ORDER BY rid LIMIT ${PAGE}`
        : `SELECT h.rid, h.version, r.rtype, h.json FROM history h JOIN resource r ON r.rid = h.rid
           WHERE h.rid > ? OR (h.rid = ? AND h.version > ?) ORDER BY h.rid, h.version LIMIT ${PAGE}`,
      table === 'resource' ? [rid] : [rid, rid, version]
    )
    const last = rows.at(-1)
    if (!last) break
    rid = Number(last.rid)
    version = Number(last.version)
    const names: string[] = []
    for (const { rtype, json } of rows) {
      const found = json?.match(NAME) ?? []
      names.push(...found)
      if (rtype === 'ImagingStudy') for (const name of found) manifests.add(name)
    }
    yield names
    if (manifests.size > PAGE) yield* fromManifests(blobs, manifests)
    await breathe()
  }
  yield* fromManifests(blobs, manifests)
}

/** A hash in an ImagingStudy that is no manifest of ours, or is gone, names nothing further. */
async function* fromManifests(blobs: Pick<BlobStore, 'get'>, manifests: Set<string>): AsyncIterable<string[]> {
  for (const manifest of manifests) {
    const bytes = await blobs.get(manifest).catch((error: { code?: string }) => {
      if (error.code === 'BLOB_MISSING') return undefined
      throw error
    })
    if (bytes) yield Buffer.from(bytes).toString('latin1').match(NAME) ?? []
  }
  manifests.clear()
}

async function* fromAssemblies(sql: Sql): AsyncIterable<string[]> {
  let [assembly, part] = ['', '']
  for (;;) {
    const rows = await sql.all<{ assembly: string; part: string; sha256: string }>(
      `SELECT assembly, part, sha256 FROM assembly_parts WHERE assembly > ? OR (assembly = ? AND part > ?)
       ORDER BY assembly, part LIMIT ${PAGE}`,
      [assembly, assembly, part]
    )
    const last = rows.at(-1)
    if (!last) return
    ;[assembly, part] = [last.assembly, last.part]
    yield rows.map(({ sha256 }) => sha256)
    await breathe()
  }
}

const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
