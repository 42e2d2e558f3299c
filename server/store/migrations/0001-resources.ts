import type { Migration } from './migration.ts'

/**
 * Resources, their history, their index rows and the change rows. `rid` is the number of a resource inside its database;
 * it never leaves it.
 *
 * resource  the current version of each resource; json without meta.versionId and meta.lastUpdated, null when deleted
 * history   every earlier version
 * change    change rows not yet on the bus, in commit order (design section 3)
 * ix_*      index rows of current versions (see index-rows/rows.ts)
 *
 * Version 0.1 made these tables before there were migrations: in SQLite everything here is 'IF NOT EXISTS', so that its
 * files are taken over as they are.
 *
 * PostgreSQL differs in: row numbers from a sequence in blocks (resource-sql.ts); change numbers from the transaction;
 * index tables without a key of their own, since long texts would not fit into it. json is text there too: jsonb would
 * write numbers and keys in another way than they came.
 */
export const resources: Migration = {
  name: '0001-resources',
  sqlite: `
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
`,
  postgres: `
CREATE SEQUENCE resource_rid INCREMENT BY 1000;
CREATE TABLE resource (
  rid BIGINT PRIMARY KEY, rtype TEXT COLLATE "C" NOT NULL, id TEXT COLLATE "C" NOT NULL, version BIGINT NOT NULL,
  updated TEXT COLLATE "C" NOT NULL, deleted BIGINT NOT NULL, json TEXT, UNIQUE (rtype, id));
CREATE INDEX resource_updated ON resource (rtype, updated);
CREATE INDEX resource_type ON resource (rtype, rid) WHERE deleted = 0;
CREATE TABLE history (
  rid BIGINT NOT NULL, version BIGINT NOT NULL, updated TEXT COLLATE "C" NOT NULL, deleted BIGINT NOT NULL, json TEXT,
  PRIMARY KEY (rid, version));
CREATE TABLE change (seq BIGINT PRIMARY KEY, event TEXT NOT NULL)
  WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

CREATE TABLE ix_token (p BIGINT NOT NULL, system TEXT COLLATE "C" NOT NULL, code TEXT COLLATE "C" NOT NULL, rid BIGINT NOT NULL);
CREATE INDEX ix_token_code ON ix_token (p, code, rid);
CREATE INDEX ix_token_rid ON ix_token (rid, p);
CREATE TABLE ix_string (p BIGINT NOT NULL, norm TEXT COLLATE "C" NOT NULL, exact TEXT COLLATE "C" NOT NULL, rid BIGINT NOT NULL);
CREATE INDEX ix_string_norm ON ix_string (p, norm, rid);
CREATE INDEX ix_string_rid ON ix_string (rid, p);
CREATE TABLE ix_reference (p BIGINT NOT NULL, rtype TEXT COLLATE "C" NOT NULL, id TEXT COLLATE "C" NOT NULL,
  url TEXT COLLATE "C" NOT NULL, rid BIGINT NOT NULL);
CREATE INDEX ix_reference_id ON ix_reference (p, id, rtype, url, rid);
CREATE INDEX ix_reference_rid ON ix_reference (rid, p);
CREATE TABLE ix_date (p BIGINT NOT NULL, lo BIGINT NOT NULL, hi BIGINT NOT NULL, rid BIGINT NOT NULL);
CREATE INDEX ix_date_lo ON ix_date (p, lo, hi, rid);
CREATE INDEX ix_date_rid ON ix_date (rid, p);
CREATE TABLE ix_number (p BIGINT NOT NULL, value DOUBLE PRECISION NOT NULL, rid BIGINT NOT NULL);
CREATE INDEX ix_number_value ON ix_number (p, value, rid);
CREATE INDEX ix_number_rid ON ix_number (rid, p);
CREATE TABLE ix_quantity (p BIGINT NOT NULL, value DOUBLE PRECISION NOT NULL, system TEXT COLLATE "C" NOT NULL,
  code TEXT COLLATE "C" NOT NULL, unit TEXT COLLATE "C" NOT NULL, rid BIGINT NOT NULL);
CREATE INDEX ix_quantity_value ON ix_quantity (p, value, rid);
CREATE INDEX ix_quantity_rid ON ix_quantity (rid, p);
CREATE TABLE ix_uri (p BIGINT NOT NULL, value TEXT COLLATE "C" NOT NULL, rid BIGINT NOT NULL);
CREATE INDEX ix_uri_value ON ix_uri (p, value, rid);
CREATE INDEX ix_uri_rid ON ix_uri (rid, p);
`
}
