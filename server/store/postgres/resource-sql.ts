import type pg from 'pg'
import type { ChangeEvent } from '../../../core/changes.ts'
import type { Current } from '../decide.ts'
import type { IndexRows } from '../index-rows/rows.ts'
import { INDEX_COLUMNS, type IndexTable } from '../tables.ts'
import { withoutNul } from './dialect.ts'

/** A resource with what it becomes. */
export interface Change {
  rid: number
  /** 'Type/id' */
  name: string
  state: Current
  rows?: IndexRows
}

/** Changes that one transaction can number: see `changes` below. */
export const MAX_CHANGES = 1 << 14
/** Row numbers are taken from the database's sequence in blocks of this size; the migration says the same. */
export const ROW_BLOCK = 1000

const TABLES = Object.keys(INDEX_COLUMNS) as IndexTable[]
const TYPE_OF: Record<string, string> = { p: 'bigint', lo: 'bigint', hi: 'bigint', value: 'double precision' }
const typeOf = (table: IndexTable, column: string): string =>
  table === 'uri' && column === 'value' ? 'text' : (TYPE_OF[column] ?? 'text')

const INSERT_ROWS = Object.fromEntries(
  TABLES.map((table) => {
    const columns = [...INDEX_COLUMNS[table], 'rid']
    const arrays = columns.map((column, i) => `$${i + 1}::${column === 'rid' ? 'bigint' : typeOf(table, column)}[]`)
    return [table, `INSERT INTO ix_${table} (${columns.join(', ')}) SELECT * FROM unnest(${arrays.join(', ')})`]
  })
) as Record<IndexTable, string>

const CLEAR_ROWS = `WITH ${TABLES.slice(1)
  .map((table) => `d_${table} AS (DELETE FROM ix_${table} WHERE rid = ANY($1::bigint[]))`)
  .join(', ')} DELETE FROM ix_${TABLES[0]} WHERE rid = ANY($1::bigint[])`

const STATE = 'unnest($1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::text[])'
const stateValues = (list: readonly { rid: number; state: Current }[]): unknown[] => [
  list.map(({ rid }) => rid),
  list.map(({ state }) => state.version),
  list.map(({ state }) => state.updated),
  list.map(({ state }) => (state.deleted ? 1 : 0)),
  list.map(({ state }) => state.json)
]
const typesOf = (names: readonly string[]): string[] => names.map((name) => name.slice(0, name.indexOf('/')))
const idsOf = (names: readonly string[]): string[] => names.map((name) => name.slice(name.indexOf('/') + 1))

/** The statements of a group, each over all its resources at once. Named, so that each connection plans them once. */
export const RESOURCE_SQL = {
  /** In the order given: unnest keeps it, and each lock is waited for before the next is asked for. */
  lock: (locks: readonly [bigint, boolean][]): pg.QueryConfig => ({
    name: 'hb_lock',
    text: `SELECT count(*) FROM (SELECT CASE WHEN exclusive THEN pg_advisory_xact_lock(number)::text
      ELSE pg_advisory_xact_lock_shared(number)::text END AS held
      FROM unnest($1::bigint[], $2::bool[]) AS l (number, exclusive) OFFSET 0) taken WHERE held IS NOT NULL`,
    values: [locks.map(([number]) => number), locks.map(([, exclusive]) => exclusive)]
  }),

  /** The JSON only of what is written; of what is referred to, whether it is there. */
  current: (names: readonly string[], written: ReadonlySet<string>): pg.QueryConfig => ({
    name: 'hb_current',
    text: `SELECT k.n::int AS n, r.rid, r.version, r.updated, r.deleted, CASE WHEN k.whole THEN r.json END AS json
      FROM unnest($1::text[], $2::text[], $3::bool[]) WITH ORDINALITY AS k (rtype, id, whole, n)
      JOIN resource r ON r.rtype = k.rtype AND r.id = k.id`,
    values: [typesOf(names), idsOf(names), names.map((name) => written.has(name))]
  }),

  rowNumbers: (blocks: number): pg.QueryConfig => ({
    name: 'hb_row_numbers',
    text: "SELECT nextval('resource_rid') AS base FROM generate_series(1, $1::int)",
    values: [blocks]
  }),

  insert: (list: readonly Change[]): pg.QueryConfig => ({
    name: 'hb_insert',
    text: `INSERT INTO resource (rid, version, updated, deleted, json, rtype, id)
      SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::text[])`,
    values: [...stateValues(list), typesOf(list.map(({ name }) => name)), idsOf(list.map(({ name }) => name))]
  }),

  /** What was current goes to the history, its index rows go away. */
  update: (list: readonly Change[]): pg.QueryConfig[] => {
    const rids = [list.map(({ rid }) => rid)]
    return [
      {
        name: 'hb_keep',
        text: `INSERT INTO history (rid, version, updated, deleted, json)
          SELECT rid, version, updated, deleted, json FROM resource WHERE rid = ANY($1::bigint[])`,
        values: rids
      },
      {
        name: 'hb_update',
        text: `UPDATE resource r SET version = u.version, updated = u.updated, deleted = u.deleted, json = u.json
          FROM ${STATE} AS u (rid, version, updated, deleted, json) WHERE r.rid = u.rid`,
        values: stateValues(list)
      },
      { name: 'hb_clear', text: CLEAR_ROWS, values: rids }
    ]
  },

  /** Versions that one group made and overtook. */
  overtaken: (list: readonly { rid: number; state: Current }[]): pg.QueryConfig => ({
    name: 'hb_overtaken',
    text: `INSERT INTO history (rid, version, updated, deleted, json) SELECT * FROM ${STATE}`,
    values: stateValues(list)
  }),

  /**
   * A change is numbered by its transaction and its place therein: 14 bits for the place, so that a number stays below
   * 2^53 for 5 * 10^11 transactions. Transaction numbers are given after the locks are held, so of two transactions that
   * touch the same the later has the higher; the relay reads only below the oldest that still runs (see changes.ts).
   */
  changes: (events: readonly ChangeEvent[]): pg.QueryConfig => ({
    name: 'hb_changes',
    text: `INSERT INTO change (seq, event)
      SELECT (pg_current_xact_id()::text::bigint << 14) + n - 1, event
      FROM unnest($1::text[]) WITH ORDINALITY AS c (event, n)`,
    values: [events.map((event) => JSON.stringify(event))]
  })
}

/** Index rows of all resources, one statement a table that has any. */
export function indexInserts(changes: readonly Change[]): pg.QueryConfig[] {
  return TABLES.flatMap((table) => {
    const columns: unknown[][] = [...INDEX_COLUMNS[table], 'rid'].map(() => [])
    for (const { rid, rows } of changes) {
      for (const row of distinct(rows?.[table] ?? [])) {
        for (const [i, value] of [...row, rid].entries()) columns[i]!.push(withoutNul(value))
      }
    }
    return columns[0]!.length > 0 ? [{ name: `hb_ix_${table}`, text: INSERT_ROWS[table], values: columns }] : []
  })
}

function distinct(rows: readonly (readonly (string | number)[])[]): readonly (readonly (string | number)[])[] {
  return rows.length < 2 ? rows : [...new Map(rows.map((row) => [row.join('\0'), row])).values()]
}

/** Row numbers that this process may give; they rise, with gaps. Groups that run at once take theirs before they wait. */
export class RowNumbers {
  #free: number[] = []

  /** Up to `count`; for the rest, blocks have to be fetched and added. */
  take(count: number): number[] {
    return this.#free.splice(0, count)
  }

  add(blocks: readonly { base: number }[]): void {
    for (const { base } of blocks) for (let i = 0; i < ROW_BLOCK; i++) this.#free.push(base + i)
  }

  giveBack(numbers: readonly number[]): void {
    this.#free.unshift(...numbers)
  }
}
