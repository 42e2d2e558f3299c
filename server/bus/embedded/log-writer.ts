import Database from 'better-sqlite3'
import type { BusMessage, Placed } from '../../../core/event-bus.ts'
import { failpoint } from '../../../core/failpoint.ts'
import { DEAD_LETTER_TOPIC, ENVELOPE_ID_HEADER, fromDeadLetter, toDeadLetter, toReplay } from '../dead-letter.ts'
import { partitionOf } from '../partitioner.ts'
import { toRecord } from './record-row.ts'
import { trimRecords } from './retention.ts'
import { prepareDatabase, RECORD_COLUMNS, type RecordRow } from './schema.ts'
import type { HeadChange, WriterOp, WriterResult, WriterSettings } from './writer-protocol.ts'

interface Topic {
  id: number
  name: string
  /** Next offset of each partition. */
  next: number[]
}

/** The only writer of bus.sqlite; synchronous, lives in the writer thread. */
export class LogWriter {
  readonly #db: Database.Database
  readonly #lock: Database.Database
  readonly #settings: WriterSettings
  readonly #topics = new Map<string, Topic>()
  readonly #touched = new Set<Topic>()
  readonly #insert: Database.Statement
  readonly #commitOffset: Database.Statement

  constructor(settings: WriterSettings) {
    this.#settings = settings
    // A second process on the same log would hand out the same offsets: it is kept out by a lock that dies with its
    // holder. It lies beside the log, because an exclusive lock on the log itself would shut our own readers out.
    this.#lock = new Database(`${settings.path}.lock`, { timeout: 0 })
    this.#lock.exec('BEGIN EXCLUSIVE')
    this.#db = new Database(settings.path)
    prepareDatabase(this.#db)
    this.#insert = this.#db.prepare(
      'INSERT INTO records (topic, partition, off, ts, key, headers, envelope_id, value) VALUES (?, ?, ?, ?, ?, ?, ?, ?)'
    )
    this.#commitOffset = this.#db.prepare(
      `INSERT INTO offsets (grp, topic, partition, next) VALUES (?, ?, ?, ?)
       ON CONFLICT (grp, topic, partition) DO UPDATE SET next = max(next, excluded.next)`
    )
    this.#load()
  }

  heads(): HeadChange[] {
    return [...this.#topics.values()].map(toHeadChange)
  }

  /** Runs the operations in their order as one durable transaction; on failure none of them happened. */
  run(ops: WriterOp[]): { results: WriterResult[]; heads: HeadChange[] } {
    this.#touched.clear()
    this.#db.exec('BEGIN IMMEDIATE')
    try {
      const results = ops.map((op) => this.#perform(op))
      if (this.#settings.commitDelayMs > 0) pause(this.#settings.commitDelayMs)
      failpoint('bus.before-commit')
      this.#db.exec('COMMIT')
      failpoint('bus.committed')
      return { results, heads: [...this.#touched].map(toHeadChange) }
    } catch (error) {
      if (this.#db.inTransaction) this.#db.exec('ROLLBACK')
      this.#load()
      throw error
    }
  }

  close(): void {
    this.#db.close()
    this.#lock.close()
  }

  #perform(op: WriterOp): WriterResult {
    switch (op.kind) {
      case 'append':
        return this.#append(op.topic, op.messages, op.now)
      case 'join':
        return this.#join(op)
      case 'offsets':
        for (const { group, topic, partition, next } of op.commits) {
          this.#commitOffset.run(group, this.#topic(topic).id, partition, next)
        }
        return undefined
      case 'park':
        return this.#park(op)
      case 'replayParked':
        return this.#replayParked(op)
      case 'replayEnvelope':
        return this.#replayEnvelope(op)
      case 'replayRange':
        return this.#replayRange(op)
      case 'trim':
        return trimRecords(this.#db, op.retention, op.limit)
      default:
        return op satisfies never
    }
  }

  #append(name: string, messages: BusMessage[], now: number): Placed[] {
    const topic = this.#topic(name)
    this.#touched.add(topic)
    return messages.map(({ key, value, headers }) => {
      const partition = partitionOf(key, topic.next.length)
      const offset = topic.next[partition]!
      const envelopeId = headers[ENVELOPE_ID_HEADER] ?? null
      this.#insert.run(topic.id, partition, offset, now, key, JSON.stringify(headers), envelopeId, value)
      topic.next[partition] = offset + 1
      return { partition, offset }
    })
  }

  #join({ topic: name, group, fromEnd }: Extract<WriterOp, { kind: 'join' }>): number[] {
    const topic = this.#topic(name)
    this.#touched.add(topic)
    const first = this.#db.prepare('SELECT min(off) AS off FROM records WHERE topic = ? AND partition = ?')
    const known = this.#db.prepare('SELECT next FROM offsets WHERE grp = ? AND topic = ? AND partition = ?')
    return topic.next.map((head, partition) => {
      const start = (first.get(topic.id, partition) as { off: number | null }).off ?? head
      const row = known.get(group, topic.id, partition) as { next: number } | undefined
      if (row) return Math.max(row.next, start)
      const next = fromEnd ? head : start
      this.#commitOffset.run(group, topic.id, partition, next)
      return next
    })
  }

  #park({ parked, now }: Extract<WriterOp, { kind: 'park' }>): undefined {
    // Parked before a crash that came before the offset commit: it is there already.
    if (this.#db.prepare('SELECT 1 FROM parked WHERE id = ?').get(parked.id)) return undefined
    const [placed] = this.#append(DEAD_LETTER_TOPIC, [toDeadLetter(parked)], now)
    this.#db
      .prepare("INSERT INTO parked (id, source, topic, partition, off, state) VALUES (?, ?, ?, ?, ?, 'parked')")
      .run(parked.id, parked.record.topic, this.#topic(DEAD_LETTER_TOPIC).id, placed!.partition, placed!.offset)
    return undefined
  }

  #replayParked({ id, now }: Extract<WriterOp, { kind: 'replayParked' }>): number {
    const row = this.#db
      .prepare(
        `SELECT ${RECORD_COLUMNS} FROM parked p
         JOIN records r ON r.topic = p.topic AND r.partition = p.partition AND r.off = p.off
         JOIN topics t ON t.id = r.topic WHERE p.id = ? AND p.state = 'parked'`
      )
      .get(id) as RecordRow | undefined
    if (!row) return 0
    const parked = fromDeadLetter(toRecord(row), 'parked')
    this.#append(parked.record.topic, [toReplay(parked.record, parked.group)], now)
    this.#db.prepare("UPDATE parked SET state = 'replayed' WHERE id = ?").run(id)
    return 1
  }

  #replayEnvelope({ topic, envelopeId, now }: Extract<WriterOp, { kind: 'replayEnvelope' }>): number {
    // The oldest is the one that was received; younger ones are replays of it.
    const row = this.#db
      .prepare(
        `SELECT ${RECORD_COLUMNS} FROM records r JOIN topics t ON t.id = r.topic
         WHERE r.envelope_id = ? AND t.name = ? ORDER BY r.id LIMIT 1`
      )
      .get(envelopeId, topic) as RecordRow | undefined
    if (!row) return 0
    this.#append(topic, [toReplay(toRecord(row))], now)
    return 1
  }

  #replayRange(op: Extract<WriterOp, { kind: 'replayRange' }>): { count: number; next: number } {
    const rows = this.#db
      .prepare(
        `SELECT ${RECORD_COLUMNS} FROM records r JOIN topics t ON t.id = r.topic
         WHERE t.name = ? AND r.partition = ? AND r.off >= ? AND r.off < ? ORDER BY r.off LIMIT ?`
      )
      .all(op.topic, op.partition, op.from, op.to, op.limit) as RecordRow[]
    this.#append(
      op.topic,
      rows.map((row) => toReplay(toRecord(row))),
      op.now
    )
    return { count: rows.length, next: rows.length < op.limit ? op.to : rows.at(-1)!.off + 1 }
  }

  #topic(name: string): Topic {
    const known = this.#topics.get(name)
    if (known) return known
    const { partitions } = this.#settings
    const { lastInsertRowid } = this.#db
      .prepare('INSERT INTO topics (name, partitions) VALUES (?, ?)')
      .run(name, partitions)
    const topic = { id: Number(lastInsertRowid), name, next: new Array<number>(partitions).fill(0) }
    this.#topics.set(name, topic)
    this.#touched.add(topic)
    return topic
  }

  #load(): void {
    this.#topics.clear()
    const rows = this.#db.prepare('SELECT id, name, partitions FROM topics').all() as {
      id: number
      name: string
      partitions: number
    }[]
    const last = this.#db.prepare('SELECT max(off) AS off FROM records WHERE topic = ? AND partition = ?')
    for (const { id, name, partitions } of rows) {
      const next = Array.from({ length: partitions }, (_, partition) => {
        const { off } = last.get(id, partition) as { off: number | null }
        return off === null ? 0 : off + 1
      })
      this.#topics.set(name, { id, name, next })
    }
  }
}

const toHeadChange = (topic: Topic): HeadChange => ({ topic: topic.name, partitions: [...topic.next] })

function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}
