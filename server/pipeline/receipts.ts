import { receiptIdentity } from '../../adapters/hl7v2/receipt-identity.ts'
import type { Clock } from '../../core/clock.ts'
import type { Peek } from '../../core/envelope.ts'
import { sha256 } from '../../core/ids.ts'
import type { Sql, Statement } from '../../core/sql.ts'
import type { Arrival } from '../../core/transport.ts'
import { deleteInPages } from './delete-in-pages.ts'
import type { WriteBehind } from './write-behind.ts'

const KEEP_MS = 7 * 24 * 60 * 60 * 1000
/** More than ever waits for the store, so an entry never leaves this memory before its row is durable. */
const CACHE_ENTRIES = 30_000
const PURGE_PAGE = 1000
/** An answer longer than this is not kept; the resend gets a fresh one. */
const MAX_REPLY_BYTES = 64 * 1024

/** Receipt identity (design section 3a): `scope` is the sender and its id, `body` the hash of the content. */
export interface ReceiptKey {
  scope: string
  body: string
  /** True when the sender gave an id, so that other content under it is worth a flag. */
  named: boolean
}

export interface KnownReceipt {
  envelopeId: string
  reply?: Uint8Array
}

export type Found = { kind: 'new' } | { kind: 'changed' } | { kind: 'identical'; receipt: KnownReceipt }

export interface Receipts {
  define(): Promise<void>
  find(key: ReceiptKey): Promise<Found>
  remember(key: ReceiptKey, envelopeId: string): void
  keepReply(key: ReceiptKey, bytes: Uint8Array): void
  /** Forgets what is older than the time for which receipts are kept. */
  purge(): Promise<void>
}

/**
 * Identity of an arrival. HL7 v2: feed, MSH-3, MSH-4, MSH-10 and the hash of the bytes from the second segment on, since
 * MSH-7 changes when a sender tries again. DICOM: feed, SOP Instance UID, hash of the file. Others have no id of the
 * sender's: the hash alone.
 */
export function receiptKeyOf(feed: string, arrival: Arrival, peek: Peek): ReceiptKey {
  if (arrival.family === 'hl7v2') {
    const { sendingApplication, sendingFacility, messageControlId, bodySha256 } = receiptIdentity(feed, arrival.bytes)
    return {
      scope: sha256(JSON.stringify([feed, sendingApplication, sendingFacility, messageControlId])),
      body: bodySha256,
      named: messageControlId !== ''
    }
  }
  const sopInstanceUid = arrival.family === 'dicom' ? peek.correlation.sopInstanceUid : undefined
  return {
    scope: sha256(JSON.stringify([feed, arrival.family, sopInstanceUid ?? ''])),
    body: sha256(arrival.bytes),
    named: sopInstanceUid !== undefined
  }
}

export const receiptHeader = ({ scope, body }: ReceiptKey): string => `${scope}/${body}`

/** The row as ingest makes it up when a crash came between the append and the intake's own row. */
export function receiptStatement(header: string, envelopeId: string, receivedAt: number): Statement {
  const [scope = '', body = ''] = header.split('/')
  return {
    sql: `INSERT INTO receipts (scope, body, envelope_id, received_at) VALUES (?, ?, ?, ?)
          ON CONFLICT (scope, body) DO NOTHING`,
    params: [scope, body, envelopeId, receivedAt]
  }
}

/**
 * Receipts of the last days. The row is written behind the acknowledgement: only the append costs the sender an fsync.
 * Losing a row is harmless. Ingest writes it again from the envelope's header; and if the resend comes before that, it is
 * appended a second time under another envelope id, where the identities of the record (design section 3b) make the same
 * content no new version and no event.
 */
export function createReceipts(deps: { sql: Sql; behind: WriteBehind; clock: Clock; keepMs?: number }): Receipts {
  const { sql, behind, clock, keepMs = KEEP_MS } = deps
  const cache = new Map<string, Map<string, KnownReceipt>>()
  let entries = 0

  function note(key: ReceiptKey, receipt: KnownReceipt): void {
    const bodies = cache.get(key.scope) ?? new Map<string, KnownReceipt>()
    if (!bodies.has(key.body)) entries += 1
    bodies.set(key.body, receipt)
    cache.set(key.scope, bodies)
    while (entries > CACHE_ENTRIES) {
      const [oldest, gone] = cache.entries().next().value!
      cache.delete(oldest)
      entries -= gone.size
    }
  }

  return {
    define: () =>
      sql.define([
        `CREATE TABLE IF NOT EXISTS receipts (scope TEXT NOT NULL, body TEXT NOT NULL, envelope_id TEXT NOT NULL,
         received_at INTEGER NOT NULL, reply BLOB, PRIMARY KEY (scope, body))`,
        'CREATE INDEX IF NOT EXISTS receipts_received_at ON receipts (received_at)'
      ]),

    async find(key) {
      const known = cache.get(key.scope)?.get(key.body)
      if (known) return { kind: 'identical', receipt: known }
      const since = clock.now().getTime() - keepMs
      const [row] = await sql.all<{ envelope_id: string; reply: Uint8Array | null }>(
        'SELECT envelope_id, reply FROM receipts WHERE scope = ? AND body = ? AND received_at >= ?',
        [key.scope, key.body, since]
      )
      if (row) {
        const receipt = { envelopeId: row.envelope_id, ...(row.reply ? { reply: row.reply } : {}) }
        return { kind: 'identical', receipt }
      }
      if (!key.named) return { kind: 'new' }
      if (cache.has(key.scope)) return { kind: 'changed' }
      const others = await sql.all('SELECT 1 FROM receipts WHERE scope = ? AND received_at >= ? LIMIT 1', [
        key.scope,
        since
      ])
      return { kind: others.length > 0 ? 'changed' : 'new' }
    },

    remember(key, envelopeId) {
      note(key, { envelopeId })
      behind.add({
        // An entry past its time may still be there: the new one takes its place.
        sql: `INSERT INTO receipts (scope, body, envelope_id, received_at) VALUES (?, ?, ?, ?)
              ON CONFLICT (scope, body) DO UPDATE SET envelope_id = excluded.envelope_id,
              received_at = excluded.received_at, reply = NULL WHERE receipts.envelope_id <> excluded.envelope_id`,
        params: [key.scope, key.body, envelopeId, clock.now().getTime()]
      })
    },

    keepReply(key, bytes) {
      if (bytes.byteLength > MAX_REPLY_BYTES) return
      const known = cache.get(key.scope)?.get(key.body)
      if (known) known.reply = bytes
      behind.add({
        sql: 'UPDATE receipts SET reply = ? WHERE scope = ? AND body = ?',
        params: [bytes, key.scope, key.body]
      })
    },

    async purge() {
      const before = clock.now().getTime() - keepMs
      // No row-wise IN over two columns: the common dialect does without.
      const old = `SELECT scope || '/' || body FROM receipts WHERE received_at < ? LIMIT ${PURGE_PAGE}`
      const statement = { sql: `DELETE FROM receipts WHERE received_at < ? AND scope || '/' || body IN (${old})` }
      await deleteInPages(sql, { ...statement, params: [before, before] }, PURGE_PAGE)
    }
  }
}
