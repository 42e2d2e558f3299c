import type { ChangeEvent } from '../../core/changes.ts'
import type { OutboundPayload } from '../../core/destination.ts'
import { failpoint } from '../../core/failpoint.ts'
import type { Sql, Statement } from '../../core/sql.ts'

/** One thing to send to one destination. */
export interface OutboxItem {
  destination: string
  /** Event id ('Type/id/_history/v') or the id of a ready payload; unique per destination. */
  itemId: string
  /** ULID: the order within the destination. */
  position: string
  /** 'Type/id' the item is about, to know who got which resource. */
  resource: string
  versionId: string
  state: 'waiting' | 'delivered' | 'parked'
  tries: number
  lastCode: string | null
  createdAt: string
  settledAt: string | null
  event?: ChangeEvent
  payload?: OutboundPayload
}

interface Row {
  destination: string
  item_id: string
  position: string
  resource: string
  version_id: string
  state: OutboxItem['state']
  tries: number
  last_code: string | null
  created_at: string
  settled_at: string | null
  event: string | null
  payload: Uint8Array | null
  payload_head: string | null
}

const DDL = [
  `CREATE TABLE IF NOT EXISTS outbox (
    destination TEXT NOT NULL, item_id TEXT NOT NULL, position TEXT NOT NULL, resource TEXT NOT NULL, version_id TEXT NOT NULL,
    state TEXT NOT NULL, tries INTEGER NOT NULL, last_code TEXT, created_at TEXT NOT NULL, settled_at TEXT,
    event TEXT, payload BLOB, payload_head TEXT, PRIMARY KEY (destination, item_id))`,
  'CREATE INDEX IF NOT EXISTS outbox_waiting ON outbox (destination, state, position)',
  'CREATE INDEX IF NOT EXISTS outbox_resource ON outbox (resource, destination)'
]

/**
 * What has to go out, durable, with one queue per destination (design section 4). Inserting the same item twice is one
 * item, so a replayed event sends nothing twice.
 */
export function createOutbox(sql: Sql, clock: () => Date, nextPosition: () => string) {
  const insert = (
    item: Pick<OutboxItem, 'destination' | 'itemId' | 'resource' | 'versionId' | 'event' | 'payload'>
  ): Statement => {
    const { bytes, ...head } = item.payload ?? { bytes: undefined }
    return {
      sql: `INSERT INTO outbox (destination, item_id, position, resource, version_id, state, tries, created_at, event, payload, payload_head)
        VALUES (?, ?, ?, ?, ?, 'waiting', 0, ?, ?, ?, ?) ON CONFLICT (destination, item_id) DO NOTHING`,
      params: [
        item.destination,
        item.itemId,
        nextPosition(),
        item.resource,
        item.versionId,
        clock().toISOString(),
        item.event ? JSON.stringify(item.event) : null,
        bytes ?? null,
        item.payload ? JSON.stringify(head) : null
      ]
    }
  }
  const settle = (item: OutboxItem, state: 'delivered' | 'parked', code: string | null) =>
    sql.write([
      {
        sql: 'UPDATE outbox SET state = ?, last_code = ?, settled_at = ?, tries = tries + 1 WHERE destination = ? AND item_id = ?',
        params: [state, code, clock().toISOString(), item.destination, item.itemId]
      }
    ])
  return {
    define: () => sql.define(DDL),
    /** Adds what each destination should get; returns how many were new. */
    async add(items: Parameters<typeof insert>[0][]): Promise<number> {
      if (items.length === 0) return 0
      const changed = await sql.write(items.map(insert))
      failpoint('outbox.added')
      return changed.reduce((sum, n) => sum + n, 0)
    },
    async waiting(destination: string, limit: number): Promise<OutboxItem[]> {
      const rows = await sql.all<Row>(
        `SELECT * FROM outbox WHERE destination = ? AND state = 'waiting' ORDER BY position LIMIT ${Math.trunc(limit)}`,
        [destination]
      )
      return rows.map(toItem)
    },
    delivered: (item: OutboxItem) => settle(item, 'delivered', null),
    parked: (item: OutboxItem, code: string) => settle(item, 'parked', code),
    failed: (item: OutboxItem, code: string) =>
      sql.write([
        {
          sql: 'UPDATE outbox SET tries = tries + 1, last_code = ? WHERE destination = ? AND item_id = ?',
          params: [code, item.destination, item.itemId]
        }
      ]),
    /** Version ids of a resource that went, or are going, to a destination; oldest first. */
    async sentVersions(destination: string, resource: string): Promise<string[]> {
      const rows = await sql.all<{ version_id: string }>(
        `SELECT version_id FROM outbox WHERE resource = ? AND destination = ? AND state <> 'parked' ORDER BY position`,
        [resource, destination]
      )
      return rows.map(({ version_id }) => version_id)
    },
    /** The fate of everything about a resource: who got it, what waits, what was refused. */
    async fate(resource: string): Promise<OutboxItem[]> {
      return (await sql.all<Row>('SELECT * FROM outbox WHERE resource = ? ORDER BY position', [resource])).map(toItem)
    },
    async counts(): Promise<{ destination: string; state: string; n: number; oldest: string }[]> {
      return sql.all(
        'SELECT destination, state, COUNT(*) AS n, MIN(created_at) AS oldest FROM outbox GROUP BY destination, state'
      )
    },
    /** Who has something to get. */
    async destinationsWaiting(): Promise<string[]> {
      const rows = await sql.all<{ destination: string }>(
        `SELECT DISTINCT destination FROM outbox WHERE state = 'waiting'`
      )
      return rows.map(({ destination }) => destination)
    },
    /** Destinations that did not take what waits for them, whichever process tried, and how often it did. */
    async failing(): Promise<{ destination: string; failures: number }[]> {
      const rows = await sql.all<{ destination: string; failures: number }>(
        `SELECT destination, MAX(tries) AS failures FROM outbox WHERE state = 'waiting' AND tries > 0
         GROUP BY destination ORDER BY destination`
      )
      return rows.map(({ destination, failures }) => ({ destination, failures: Number(failures) }))
    },
    /** Puts parked items of a destination back in line. */
    async retryParked(destination: string): Promise<number> {
      const [n] = await sql.write([
        { sql: `UPDATE outbox SET state = 'waiting' WHERE destination = ? AND state = 'parked'`, params: [destination] }
      ])
      return n ?? 0
    }
  }
}

export type Outbox = ReturnType<typeof createOutbox>

function toItem(row: Row): OutboxItem {
  return {
    destination: row.destination,
    itemId: row.item_id,
    position: row.position,
    resource: row.resource,
    versionId: row.version_id,
    state: row.state,
    tries: Number(row.tries),
    lastCode: row.last_code,
    createdAt: row.created_at,
    settledAt: row.settled_at,
    ...(row.event ? { event: JSON.parse(row.event) as ChangeEvent } : {}),
    ...(row.payload && row.payload_head
      ? { payload: { ...(JSON.parse(row.payload_head) as Omit<OutboundPayload, 'bytes'>), bytes: row.payload } }
      : {})
  }
}
