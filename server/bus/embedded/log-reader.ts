import Database from 'better-sqlite3'
import type { BusRecord, ParkedRecord } from '../../../core/event-bus.ts'
import { fromDeadLetter } from '../dead-letter.ts'
import { toRecord } from './record-row.ts'
import { RECORD_COLUMNS, type RecordRow } from './schema.ts'

/** Reads of the main thread, on a connection of its own that cannot write. */
export class LogReader {
  readonly #db: Database.Database
  readonly #page: Database.Statement

  constructor(path: string) {
    this.#db = new Database(path, { readonly: true, fileMustExist: true })
    this.#page = this.#db.prepare(
      `SELECT ${RECORD_COLUMNS} FROM records r JOIN topics t ON t.id = r.topic
       WHERE t.name = ? AND r.partition = ? AND r.off >= ? ORDER BY r.off LIMIT ?`
    )
  }

  /** The next records of a partition, at most `limit` and about `maxBytes`, at least one if there is one. */
  page(topic: string, partition: number, from: number, { limit = 64, maxBytes = 1024 * 1024 } = {}): BusRecord[] {
    const records: BusRecord[] = []
    let bytes = 0
    for (const row of this.#page.iterate(topic, partition, from, limit) as Iterable<RecordRow>) {
      records.push(toRecord(row))
      bytes += row.value.byteLength
      if (bytes >= maxBytes) break
    }
    return records
  }

  /** Committed next offsets of a group, by partition; empty when it never joined. */
  committed(topic: string, group: string): Map<number, number> {
    const rows = this.#db
      .prepare(
        'SELECT o.partition, o.next FROM offsets o JOIN topics t ON t.id = o.topic WHERE t.name = ? AND o.grp = ?'
      )
      .all(topic, group) as { partition: number; next: number }[]
    return new Map(rows.map(({ partition, next }) => [partition, next]))
  }

  /** First offset still kept, by partition. */
  firstOffsets(topic: string): Map<number, number> {
    const rows = this.#db
      .prepare(
        `SELECT r.partition, min(r.off) AS off FROM records r JOIN topics t ON t.id = r.topic
         WHERE t.name = ? GROUP BY r.partition`
      )
      .all(topic) as { partition: number; off: number }[]
    return new Map(rows.map(({ partition, off }) => [partition, off]))
  }

  /** Parked records, oldest first. */
  parked({ topic, state, limit }: { topic?: string; state?: ParkedRecord['state']; limit: number }): ParkedRecord[] {
    const rows = this.#db
      .prepare(
        `SELECT p.state, ${RECORD_COLUMNS} FROM parked p
         JOIN records r ON r.topic = p.topic AND r.partition = p.partition AND r.off = p.off
         JOIN topics t ON t.id = r.topic
         WHERE (? IS NULL OR p.source = ?) AND (? IS NULL OR p.state = ?) ORDER BY r.id LIMIT ?`
      )
      .all(topic ?? null, topic ?? null, state ?? null, state ?? null, limit) as (RecordRow & {
      state: ParkedRecord['state']
    })[]
    return rows.map((row) => fromDeadLetter(toRecord(row), row.state))
  }

  /** Names of blobs in the headers of at most `limit` records behind `after`; undefined: there are no more records. */
  claims(after: number, limit = 1000): { names: string[]; last: number } | undefined {
    const rows = this.#db
      .prepare('SELECT id, headers FROM records WHERE id > ? ORDER BY id LIMIT ?')
      .all(after, limit) as { id: number; headers: string }[]
    const last = rows.at(-1)?.id
    if (last === undefined) return undefined
    return { names: rows.flatMap(({ headers }) => headers.match(/[0-9a-f]{64}/g) ?? []), last }
  }

  has(envelopeId: string): boolean {
    return this.#db.prepare('SELECT 1 FROM records WHERE envelope_id = ? LIMIT 1').get(envelopeId) !== undefined
  }

  at(topic: string, partition: number, offset: number): BusRecord | undefined {
    return this.page(topic, partition, offset, { limit: 1 }).find((record) => record.offset === offset)
  }

  /** The last record of each partition. */
  last(topic: string): BusRecord[] {
    const rows = this.#db
      .prepare(
        `SELECT r.partition, max(r.off) AS off FROM records r JOIN topics t ON t.id = r.topic
         WHERE t.name = ? GROUP BY r.partition`
      )
      .all(topic) as { partition: number; off: number }[]
    return rows.flatMap(({ partition, off }) => this.page(topic, partition, off, { limit: 1 }))
  }

  parkedIds(): string[] {
    const rows = this.#db.prepare("SELECT id FROM parked WHERE state = 'parked' ORDER BY topic, partition, off").all()
    return (rows as { id: string }[]).map(({ id }) => id)
  }

  close(): void {
    this.#db.close()
  }
}
