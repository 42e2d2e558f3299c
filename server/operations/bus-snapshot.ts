import { chmodSync } from 'node:fs'
import Database from 'better-sqlite3'
import { AppError } from '../../core/errors/app-error.ts'

interface Offset {
  grp: string
  topic: number
  partition: number
  next: number
}

/** How far every group had come, in one read. */
export function readOffsets(busFile: string): Offset[] {
  return reading(busFile, (db) => db.prepare('SELECT grp, topic, partition, next FROM offsets').all() as Offset[])
}

/** A copy of a SQLite database as of one moment, compact, while others write to it. */
export function snapshot(file: string, to: string): void {
  reading(file, (db) => db.prepare('VACUUM INTO ?').run(to))
  chmodSync(to, 0o600)
  // One file, without a log beside it that a reader would have to make.
  const copy = new Database(to)
  try {
    copy.pragma('journal_mode = DELETE')
  } finally {
    copy.close()
  }
}

/**
 * Sets the offsets of a copied log back to where they stood before the store was copied: what was handled in between is
 * handled again on the restored store, which has not seen it.
 * @throws AppError BACKUP_INVALID (reason `trimmed`): retention deleted records in between that would be needed
 */
export function rewind(copy: string, offsets: readonly Offset[]): void {
  const db = new Database(copy)
  try {
    db.pragma('synchronous = FULL')
    const first = db.prepare('SELECT min(off) AS off FROM records WHERE topic = ? AND partition = ?')
    db.transaction(() => {
      const joined = new Set(offsets.map(({ grp, topic, partition }) => `${grp}|${topic}|${partition}`))
      const set = db.prepare('UPDATE offsets SET next = ? WHERE grp = ? AND topic = ? AND partition = ?')
      for (const { grp, topic, partition, next } of offsets) {
        const { off } = first.get(topic, partition) as { off: number | null }
        if (off !== null && off > next) throw new AppError('BACKUP_INVALID', { reason: 'trimmed' })
        set.run(next, grp, topic, partition)
      }
      // A group that joined in between begins where it would have begun: at what the log still holds.
      const forget = db.prepare('DELETE FROM offsets WHERE grp = ? AND topic = ? AND partition = ?')
      for (const { grp, topic, partition } of db.prepare('SELECT grp, topic, partition FROM offsets').all() as Offset[])
        if (!joined.has(`${grp}|${topic}|${partition}`)) forget.run(grp, topic, partition)
    })()
  } finally {
    db.close()
  }
}

/** @throws AppError BACKUP_INVALID (reason `damaged`) when the file is not a whole database */
export function checkDatabase(file: string, at: string): void {
  const db = new Database(file, { readonly: true, fileMustExist: true })
  try {
    const [found] = db.pragma('integrity_check(1)') as { integrity_check: string }[]
    if (found?.integrity_check !== 'ok') throw new AppError('BACKUP_INVALID', { reason: 'damaged', at })
  } finally {
    db.close()
  }
}

function reading<T>(file: string, read: (db: Database.Database) => T): T {
  const db = new Database(file, { readonly: true, fileMustExist: true })
  try {
    db.pragma('busy_timeout = 30000')
    return read(db)
  } finally {
    db.close()
  }
}
