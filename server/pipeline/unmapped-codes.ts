import type { DecodeNote } from '../../core/decoded.ts'
import type { Sql, Statement } from '../../core/sql.ts'

/** A local code that no map of the feed explains, and how often it came. */
export interface UnmappedCode {
  feed: string
  kind: 'code' | 'unit'
  system: string
  code: string
  display: string
  count: number
  firstAt: string
  lastAt: string
}

export interface UnmappedCodes {
  define(): Promise<void>
  /** One row a code of the message. */
  statements(feed: string, notes: readonly DecodeNote[], at: string): Statement[]
  /** Most frequent first. */
  list(limit?: number): Promise<UnmappedCode[]>
}

/** What `hisbundle codes --unmapped` lists. */
export function createUnmappedCodes(sql: Sql): UnmappedCodes {
  return {
    define: () =>
      sql.define([
        `CREATE TABLE IF NOT EXISTS unmapped_codes (feed TEXT NOT NULL, kind TEXT NOT NULL, system TEXT NOT NULL,
         code TEXT NOT NULL, display TEXT NOT NULL, seen INTEGER NOT NULL, first_at TEXT NOT NULL, last_at TEXT NOT NULL,
         PRIMARY KEY (feed, kind, system, code))`
      ]),

    statements: (feed, notes, at) =>
      notes.flatMap(({ code: note, coded }) => {
        if (!coded || (note !== 'code-unmapped' && note !== 'unit-unmapped')) return []
        const kind = note === 'code-unmapped' ? 'code' : 'unit'
        return [
          {
            sql: `INSERT INTO unmapped_codes (feed, kind, system, code, display, seen, first_at, last_at)
                  VALUES (?, ?, ?, ?, ?, 1, ?, ?)
                  ON CONFLICT (feed, kind, system, code)
                  DO UPDATE SET seen = unmapped_codes.seen + 1, last_at = excluded.last_at`,
            params: [feed, kind, coded.system, coded.code, coded.display ?? '', at, at]
          }
        ]
      }),

    list: (limit = 1000) =>
      sql.all<UnmappedCode>(
        `SELECT feed, kind, system, code, display, seen AS "count", first_at AS "firstAt", last_at AS "lastAt"
         FROM unmapped_codes ORDER BY seen DESC, feed, system, code LIMIT ?`,
        [limit]
      )
  }
}
