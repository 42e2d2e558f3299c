import type Database from 'better-sqlite3'
import type { Retention } from './writer-protocol.ts'

/**
 * A record may go when every group that ever joined its topic has passed it, it is not the last of its partition (that
 * one keeps the next offset) and no item that still waits in the dead letter needs it.
 */
const TRIMMABLE = `
  NOT EXISTS (SELECT 1 FROM offsets o WHERE o.topic = r.topic AND o.partition = r.partition AND o.next <= r.off)
  AND r.off < (SELECT max(l.off) FROM records l WHERE l.topic = r.topic AND l.partition = r.partition)
  AND NOT EXISTS (SELECT 1 FROM parked p
    WHERE p.topic = r.topic AND p.partition = r.partition AND p.off = r.off AND p.state = 'parked')`

/**
 * Deletes at most `limit` records that are too old or, above the size limit, the oldest ones.
 * @returns how many went; fewer than `limit` means that nothing is left to do
 */
export function trimRecords(db: Database.Database, retention: Retention, limit: number): number {
  const old = `SELECT r.id FROM records r WHERE r.ts < ? AND ${TRIMMABLE} ORDER BY r.id LIMIT ?`
  let trimmed = db.prepare(`DELETE FROM records WHERE id IN (${old})`).run(retention.before, limit).changes
  if (trimmed < limit && usedBytes(db) > retention.maxBytes) {
    const any = `SELECT r.id FROM records r WHERE ${TRIMMABLE} ORDER BY r.id LIMIT ?`
    trimmed += db.prepare(`DELETE FROM records WHERE id IN (${any})`).run(limit - trimmed).changes
  }
  if (trimmed > 0) {
    // Rows of replayed items whose bytes are gone.
    db.exec(`DELETE FROM parked WHERE state = 'replayed' AND NOT EXISTS (SELECT 1 FROM records r
      WHERE r.topic = parked.topic AND r.partition = parked.partition AND r.off = parked.off)`)
  }
  return trimmed
}

function usedBytes(db: Database.Database): number {
  const pages =
    Number(db.pragma('page_count', { simple: true })) - Number(db.pragma('freelist_count', { simple: true }))
  return pages * Number(db.pragma('page_size', { simple: true }))
}
