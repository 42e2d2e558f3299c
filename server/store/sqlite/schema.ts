/**
 * Tables of the embedded store. `rid` is the number of a resource inside this file; it never leaves it.
 *
 * resource  the current version of each resource; json without meta.versionId and meta.lastUpdated, null when deleted
 * history   every earlier version
 * change    change rows not yet on the bus, in commit order (design section 3)
 * ix_*      index rows of current versions (see index-rows/rows.ts)
 */
export const SCHEMA = `
CREATE TABLE IF NOT EXISTS resource (
  rid INTEGER PRIMARY KEY AUTOINCREMENT, rtype TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL,
  updated TEXT NOT NULL, deleted INTEGER NOT NULL, json TEXT, UNIQUE (rtype, id));
CREATE INDEX IF NOT EXISTS resource_updated ON resource (rtype, updated);
CREATE INDEX IF NOT EXISTS resource_type ON resource (rtype, deleted);
CREATE TABLE IF NOT EXISTS history (
  rid INTEGER NOT NULL, version INTEGER NOT NULL, updated TEXT NOT NULL, deleted INTEGER NOT NULL, json TEXT,
  PRIMARY KEY (rid, version)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS change (seq INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL);

CREATE TABLE IF NOT EXISTS ix_token (p INTEGER, system TEXT, code TEXT, rid INTEGER,
  PRIMARY KEY (p, code, system, rid)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS ix_token_rid ON ix_token (rid);
CREATE TABLE IF NOT EXISTS ix_string (p INTEGER, norm TEXT, exact TEXT, rid INTEGER,
  PRIMARY KEY (p, norm, exact, rid)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS ix_string_rid ON ix_string (rid);
CREATE TABLE IF NOT EXISTS ix_reference (p INTEGER, rtype TEXT, id TEXT, url TEXT, rid INTEGER,
  PRIMARY KEY (p, id, rtype, url, rid)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS ix_reference_rid ON ix_reference (rid);
CREATE TABLE IF NOT EXISTS ix_date (p INTEGER, lo INTEGER, hi INTEGER, rid INTEGER,
  PRIMARY KEY (p, lo, hi, rid)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS ix_date_rid ON ix_date (rid);
CREATE TABLE IF NOT EXISTS ix_number (p INTEGER, value REAL, rid INTEGER,
  PRIMARY KEY (p, value, rid)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS ix_number_rid ON ix_number (rid);
CREATE TABLE IF NOT EXISTS ix_quantity (p INTEGER, value REAL, system TEXT, code TEXT, unit TEXT, rid INTEGER,
  PRIMARY KEY (p, value, system, code, unit, rid)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS ix_quantity_rid ON ix_quantity (rid);
CREATE TABLE IF NOT EXISTS ix_uri (p INTEGER, value TEXT, rid INTEGER,
  PRIMARY KEY (p, value, rid)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS ix_uri_rid ON ix_uri (rid);
`

/** Columns of each index table in the order of its rows; `rid` follows as the last. */
export const INDEX_COLUMNS = {
  token: ['p', 'system', 'code'],
  string: ['p', 'norm', 'exact'],
  reference: ['p', 'rtype', 'id', 'url'],
  date: ['p', 'lo', 'hi'],
  number: ['p', 'value'],
  quantity: ['p', 'value', 'system', 'code', 'unit'],
  uri: ['p', 'value']
} as const

export type IndexTable = keyof typeof INDEX_COLUMNS
