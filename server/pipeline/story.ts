import type { Correlation, Envelope, MessageState } from '../../core/envelope.ts'
import { asAppError } from '../../core/errors/app-error.ts'
import type { Sql, Statement } from '../../core/sql.ts'
import type { OrderOutcome, Settlement } from '../../core/transport.ts'
import { deleteInPages } from './delete-in-pages.ts'

/** What became of one message. Holds ids of machines and codes, never an identifier of a patient. */
export interface MessageStory {
  envelopeId: string
  parentEnvelopeId?: string
  feed: string
  family: string
  kind: string
  mediaType: string
  peer?: string
  receivedAt: string
  state: MessageState
  error?: { code: string; reason?: string; at?: string }
  settledAt?: string
  correlation: Correlation
  orders: OrderOutcome[]
  /** 'Type/id' of what it wrote. */
  resources: string[]
  children: string[]
  /** Identical messages that came later. */
  duplicates: number
  contentChanged: boolean
  /** How often it was processed again on request. */
  replays: number
}

interface Row {
  id: string
  parent: string | null
  feed: string
  family: string
  kind: string
  media_type: string
  peer: string | null
  received_at: string
  state: MessageState
  code: string | null
  reason: string | null
  at: string | null
  settled_at: string | null
  correlation: string
  orders: string | null
  resources: string | null
  duplicates: number
  content_changed: number
  replays: number
}

export interface MessageFacts {
  peer?: string
  contentChanged?: boolean
}

export interface Story {
  define(): Promise<void>
  /** The row of a message as it is received; nothing when it is there already. */
  received(envelope: Omit<Envelope, 'body'>, facts: MessageFacts): Statement
  /** The state in which it ended. Makes the row when a crash lost it. */
  settled(
    envelope: Omit<Envelope, 'body'>,
    settlement: Settlement & { resources?: string[] },
    facts: MessageFacts & { settledAt: string }
  ): Statement[]
  duplicate(envelopeId: string): Statement
  /** Adds resources that came of it later (a series that was waiting for its last frames). */
  linked(envelopeId: string, resources: string[]): Promise<void>
  /** Newest first; `idOrControlId` is an envelope id, MSH-10 or a SOP Instance UID. */
  story(idOrControlId: string): Promise<MessageStory[]>
  recent(limit: number, filter?: { state?: MessageState; feed?: string }): Promise<MessageStory[]>
  counts(): Promise<Record<MessageState, number>>
  /** Settlement of a message that has ended. */
  settlementOf(envelopeId: string): Promise<Settlement | undefined>
  /** Deletes settled messages received before the instant (ISO 8601). */
  purge(before: string): Promise<void>
}

const MOST = 100
const PAGE = 1000

/** Stories of messages in the operational tables of the store. */
export function createStory(sql: Sql): Story {
  async function withChildren(rows: Row[]): Promise<MessageStory[]> {
    return Promise.all(
      rows.map(async (row) => {
        const children = await sql.all<{ id: string }>('SELECT id FROM messages WHERE parent = ? ORDER BY id', [row.id])
        return toStory(
          row,
          children.map(({ id }) => id)
        )
      })
    )
  }

  return {
    define: () =>
      sql.define([
        `CREATE TABLE IF NOT EXISTS messages (id TEXT PRIMARY KEY, parent TEXT, feed TEXT NOT NULL, family TEXT NOT NULL,
         kind TEXT NOT NULL, media_type TEXT NOT NULL, peer TEXT, received_at TEXT NOT NULL, state TEXT NOT NULL,
         code TEXT, reason TEXT, at TEXT, settled_at TEXT, control_id TEXT, sop_uid TEXT, correlation TEXT NOT NULL,
         orders TEXT, resources TEXT, duplicates INTEGER NOT NULL, content_changed INTEGER NOT NULL,
         replays INTEGER NOT NULL)`,
        'CREATE INDEX IF NOT EXISTS messages_control_id ON messages (control_id)',
        'CREATE INDEX IF NOT EXISTS messages_sop_uid ON messages (sop_uid)',
        'CREATE INDEX IF NOT EXISTS messages_parent ON messages (parent)',
        'CREATE INDEX IF NOT EXISTS messages_received_at ON messages (received_at)',
        'CREATE INDEX IF NOT EXISTS messages_state ON messages (state)'
      ]),

    received: (envelope, facts) => insertion(envelope, facts),

    settled(envelope, settlement, facts) {
      const { error } = settlement
      const replayed = envelope.correlation.replayOf === undefined ? 0 : 1
      return [
        insertion(envelope, facts),
        {
          sql: `UPDATE messages SET state = ?, code = ?, reason = ?, at = ?, settled_at = ?, orders = ?, resources = ?,
                replays = replays + ? WHERE id = ?`,
          params: [
            settlement.state,
            error?.code ?? null,
            error?.reason ?? null,
            error?.at ?? null,
            facts.settledAt,
            settlement.orders ? JSON.stringify(settlement.orders) : null,
            settlement.resources ? JSON.stringify(settlement.resources) : null,
            replayed,
            envelope.id
          ]
        }
      ]
    },

    duplicate: (envelopeId) => ({
      sql: 'UPDATE messages SET duplicates = duplicates + 1 WHERE id = ?',
      params: [envelopeId]
    }),

    async linked(envelopeId, resources) {
      const [row] = await sql.all<{ resources: string | null }>('SELECT resources FROM messages WHERE id = ?', [
        envelopeId
      ])
      if (!row) return
      const all = [...new Set([...list<string>(row.resources), ...resources])]
      await sql.write([
        { sql: 'UPDATE messages SET resources = ? WHERE id = ?', params: [JSON.stringify(all), envelopeId] }
      ])
    },

    async story(idOrControlId) {
      // One query an index; an OR over three columns would read the table.
      const found = await Promise.all(
        ['id', 'control_id', 'sop_uid'].map((column) =>
          sql.all<Row>(`SELECT * FROM messages WHERE ${column} = ? ORDER BY id DESC LIMIT ${MOST}`, [idOrControlId])
        )
      )
      const rows = [...new Map(found.flat().map((row) => [row.id, row])).values()]
      return withChildren(rows.sort((a, b) => (a.id < b.id ? 1 : -1)))
    },

    async recent(limit, { state, feed } = {}) {
      const wanted: string[] = []
      const params: string[] = []
      if (state !== undefined) {
        wanted.push('state = ?')
        params.push(state)
      }
      if (feed !== undefined) {
        wanted.push('feed = ?')
        params.push(feed)
      }
      const where = wanted.length > 0 ? `WHERE ${wanted.join(' AND ')}` : ''
      return withChildren(
        await sql.all<Row>(`SELECT * FROM messages ${where} ORDER BY id DESC LIMIT ?`, [
          ...params,
          Math.min(limit, 1000)
        ])
      )
    },

    async counts() {
      const counts = { received: 0, recorded: 0, ignored: 0, refused: 0, parked: 0 }
      const rows = await sql.all<{ state: MessageState; n: number }>(
        'SELECT state, count(*) AS n FROM messages GROUP BY state'
      )
      for (const { state, n } of rows) counts[state] = n
      return counts
    },

    async settlementOf(envelopeId) {
      const [row] = await sql.all<Row>('SELECT * FROM messages WHERE id = ?', [envelopeId])
      if (!row || row.state === 'received') return undefined
      const error = row.code === null ? undefined : asAppError(errorOf(row)).toJSON()
      const orders = list<OrderOutcome>(row.orders)
      return { state: row.state, ...(error ? { error } : {}), ...(orders.length > 0 ? { orders } : {}) }
    },

    async purge(before) {
      const old = `SELECT id FROM messages WHERE received_at < ? AND state NOT IN ('received', 'parked') LIMIT ${PAGE}`
      await deleteInPages(sql, { sql: `DELETE FROM messages WHERE id IN (${old})`, params: [before] }, PAGE)
    }
  }
}

function insertion(envelope: Omit<Envelope, 'body'>, facts: MessageFacts): Statement {
  const { correlation } = envelope
  return {
    sql: `INSERT INTO messages (id, parent, feed, family, kind, media_type, peer, received_at, state, control_id,
          sop_uid, correlation, duplicates, content_changed, replays)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'received', ?, ?, ?, 0, ?, 0) ON CONFLICT (id) DO NOTHING`,
    params: [
      envelope.id,
      correlation.parentEnvelopeId ?? null,
      envelope.feed,
      envelope.family,
      envelope.kind,
      envelope.mediaType,
      facts.peer ?? null,
      envelope.receivedAt,
      correlation.messageControlId ?? null,
      correlation.sopInstanceUid ?? null,
      JSON.stringify(correlation),
      facts.contentChanged ? 1 : 0
    ]
  }
}

const list = <T>(json: string | null): T[] => (json === null ? [] : (JSON.parse(json) as T[]))

const errorOf = (row: Row): { code: string; reason?: string; at?: string } => ({
  code: row.code!,
  ...(row.reason === null ? {} : { reason: row.reason }),
  ...(row.at === null ? {} : { at: row.at })
})

function toStory(row: Row, children: string[]): MessageStory {
  return {
    envelopeId: row.id,
    ...(row.parent === null ? {} : { parentEnvelopeId: row.parent }),
    feed: row.feed,
    family: row.family,
    kind: row.kind,
    mediaType: row.media_type,
    ...(row.peer === null ? {} : { peer: row.peer }),
    receivedAt: row.received_at,
    state: row.state,
    ...(row.code === null ? {} : { error: errorOf(row) }),
    ...(row.settled_at === null ? {} : { settledAt: row.settled_at }),
    correlation: JSON.parse(row.correlation) as Correlation,
    orders: list<OrderOutcome>(row.orders),
    resources: list<string>(row.resources),
    children,
    duplicates: row.duplicates,
    contentChanged: row.content_changed === 1,
    replays: row.replays
  }
}
