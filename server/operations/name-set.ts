import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'

/** A set of sha256 names on disk: a hospital's blobs are millions, and the memory of the server is for messages. */
export interface NameSet {
  add(names: Iterable<string>): void
  has(name: string): boolean
  /** Its file goes with it. */
  close(): void
}

/** @param dir folder below which the set keeps its file while it is open */
export function createNameSet(dir: string): NameSet {
  const own = mkdtempSync(join(dir, 'names-'))
  const db = new Database(join(own, 'names.sqlite'))
  // Lost with a crash, and made anew by the next run.
  db.pragma('journal_mode = OFF')
  db.pragma('synchronous = OFF')
  db.exec('CREATE TABLE names (name BLOB PRIMARY KEY) WITHOUT ROWID')
  const insert = db.prepare('INSERT OR IGNORE INTO names (name) VALUES (?)')
  const select = db.prepare('SELECT 1 FROM names WHERE name = ?')
  return {
    add: db.transaction((names: Iterable<string>) => {
      for (const name of names) insert.run(Buffer.from(name, 'hex'))
    }),
    has: (name) => select.get(Buffer.from(name, 'hex')) !== undefined,
    close() {
      db.close()
      rmSync(own, { recursive: true, force: true })
    }
  }
}
