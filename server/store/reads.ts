import { randomBytes } from 'node:crypto'
import type { Resource } from '@medplum/fhirtypes'
import type { ChangeEvent } from '../../core/changes.ts'
import type { Sql } from '../../core/sql.ts'
import type { StoreBackend, VersionRow } from './backend.ts'
import { parseQuery, queryPairs } from './search/query.ts'
import { runSearch, type Select } from './search/search.ts'
import type { ValueSetCodes } from './search/to-sql.ts'
import { fromStoredJson } from './stored-json.ts'

interface Row {
  json: string | null
  version: number
  updated: string
  deleted: number
}

/** Every version of one resource, the current one too; type and id twice. */
const VERSIONS = `SELECT json, version, updated, deleted FROM resource WHERE rtype = ? AND id = ?
  UNION ALL SELECT h.json, h.version, h.updated, h.deleted FROM history h JOIN resource r ON r.rid = h.rid
  WHERE r.rtype = ? AND r.id = ?`

/** What is read of a store, in the SQL that both databases speak. */
export function createReads(select: Select, valueSets: ValueSetCodes) {
  const reads: Pick<StoreBackend, 'read' | 'readVersion' | 'versions' | 'run'> = {
    async read<T extends Resource>(resourceType: string, id: string) {
      const [row] = await select<Row>(
        'SELECT json, version, updated, deleted FROM resource WHERE rtype = ? AND id = ?',
        [resourceType, id]
      )
      return row?.json ? fromStoredJson<T>(row.json, row.version, row.updated) : undefined
    },
    async readVersion<T extends Resource>(resourceType: string, id: string, versionId: string) {
      const version = /^[1-9]\d{0,14}$/.test(versionId) ? Number(versionId) : -1
      const [row] = await select<Row>(`SELECT * FROM (${VERSIONS}) v WHERE version = ?`, [
        resourceType,
        id,
        resourceType,
        id,
        version
      ])
      return row?.json ? fromStoredJson<T>(row.json, row.version, row.updated) : undefined
    },
    async versions(resourceType, id, offset, limit) {
      const key = [resourceType, id, resourceType, id]
      const [{ n } = { n: 0 }] = await select<{ n: number }>(`SELECT COUNT(*) AS n FROM (${VERSIONS}) v`, key)
      const page = `SELECT * FROM (${VERSIONS}) v ORDER BY version DESC LIMIT ? OFFSET ?`
      const rows = await select<Row>(page, [...key, limit, offset])
      return { rows: rows.map(toVersionRow), total: n }
    },
    run: (request, after) => runSearch(request, select, valueSets, after)
  }
  return {
    ...reads,
    async search<T extends Resource>(text: string): Promise<T[]> {
      const at = text.indexOf('?')
      const resourceType = at < 0 ? text : text.slice(0, at)
      const request = parseQuery(resourceType, queryPairs(at < 0 ? '' : text.slice(at + 1)))
      return (await runSearch(request, select, valueSets)).matches as (T & { id: string })[]
    }
  }
}

const toVersionRow = ({ json, version, updated, deleted }: Row): VersionRow => ({
  version,
  updated,
  deleted: deleted === 1,
  ...(json ? { resource: fromStoredJson(json, version, updated) } : {})
})

export const toChange = ({ seq, event }: { seq: number; event: string }): { seq: number; event: ChangeEvent } => ({
  seq,
  event: JSON.parse(event) as ChangeEvent
})

/** The key of the page tokens, made once for each store. */
export async function loadPageKey(sql: Sql): Promise<Uint8Array> {
  await sql.define(['CREATE TABLE IF NOT EXISTS store_secret (name TEXT PRIMARY KEY, value TEXT NOT NULL)'])
  const insert = "INSERT INTO store_secret (name, value) VALUES ('page', ?) ON CONFLICT (name) DO NOTHING"
  await sql.write([{ sql: insert, params: [randomBytes(32).toString('hex')] }])
  const [row] = await sql.all<{ value: string }>("SELECT value FROM store_secret WHERE name = 'page'")
  return Buffer.from(row!.value, 'hex')
}
