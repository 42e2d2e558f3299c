import type Database from 'better-sqlite3'

/**
 * bus.sqlite. A topic keeps the number of partitions it was created with: a key must not move to another partition.
 * The last record of a partition is never deleted, so its next offset is always max(off) + 1.
 */
const DDL = `
CREATE TABLE IF NOT EXISTS topics (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, partitions INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS records (
  id INTEGER PRIMARY KEY, topic INTEGER NOT NULL, partition INTEGER NOT NULL, off INTEGER NOT NULL, ts INTEGER NOT NULL,
  key TEXT NOT NULL, headers TEXT NOT NULL, envelope_id TEXT, value BLOB NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS records_place ON records (topic, partition, off);
CREATE INDEX IF NOT EXISTS records_envelope ON records (envelope_id) WHERE envelope_id IS NOT NULL;
CREATE TABLE IF NOT EXISTS offsets (
  grp TEXT NOT NULL, topic INTEGER NOT NULL, partition INTEGER NOT NULL, next INTEGER NOT NULL,
  PRIMARY KEY (grp, topic, partition)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS parked (
  id TEXT PRIMARY KEY, source TEXT NOT NULL, topic INTEGER NOT NULL, partition INTEGER NOT NULL, off INTEGER NOT NULL,
  state TEXT NOT NULL) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS parked_place ON parked (topic, partition, off);
`

/** Opens the writer's side: WAL with synchronous=FULL, so a commit has been fsynced when it returns. */
export function prepareDatabase(db: Database.Database): void {
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  // A checkpoint writes each changed page once however often it changed: 16 MB of log between two spares most of them.
  db.pragma('wal_autocheckpoint = 4000')
  // One transaction, one fsync.
  db.exec(`BEGIN IMMEDIATE; ${DDL} COMMIT`)
}

export interface RecordRow {
  topic: string
  partition: number
  off: number
  ts: number
  key: string
  headers: string
  value: Uint8Array
}

export const RECORD_COLUMNS = 't.name AS topic, r.partition, r.off, r.ts, r.key, r.headers, r.value'
