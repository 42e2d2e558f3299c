import type { Sql } from '../../core/sql.ts'

/**
 * The closed loop in operational tables. All but `loop_state` are a projection of the FHIR record: `rebuild` makes the same
 * rows again. Times are ms since 1970; values are numbers as text, since the common dialect has no type for them.
 *
 * loop_results      one row a leading result, as it was first written: when, whose, by which model, what was refused, strata, inputs
 * loop_predictions  one row a label of it
 * loop_truths       what came about for the people with predictions, as the record stands now
 * loop_pairs        which truth judges which prediction
 * loop_state        a number that rises when rows of a source change
 */
const DDL = [
  `CREATE TABLE IF NOT EXISTS loop_results (source TEXT NOT NULL, result TEXT NOT NULL, patient TEXT NOT NULL,
   at INTEGER NOT NULL, encounter TEXT, model TEXT NOT NULL, model_name TEXT NOT NULL, model_version TEXT NOT NULL,
   sha256 TEXT NOT NULL, withdrawn INTEGER NOT NULL, refused TEXT, own_groups TEXT NOT NULL, groups_json TEXT NOT NULL,
   inputs TEXT NOT NULL, PRIMARY KEY (source, result))`,
  'CREATE INDEX IF NOT EXISTS loop_results_patient ON loop_results (patient, source)',
  'CREATE INDEX IF NOT EXISTS loop_results_time ON loop_results (source, at, result)',
  'CREATE INDEX IF NOT EXISTS loop_results_result ON loop_results (result)',
  `CREATE TABLE IF NOT EXISTS loop_predictions (source TEXT NOT NULL, result TEXT NOT NULL, label TEXT NOT NULL,
   value TEXT NOT NULL, threshold TEXT, variants TEXT NOT NULL, PRIMARY KEY (source, result, label))`,
  `CREATE TABLE IF NOT EXISTS loop_truths (source TEXT NOT NULL, label TEXT NOT NULL, patient TEXT NOT NULL, key TEXT NOT NULL,
   reference TEXT NOT NULL, at INTEGER NOT NULL, encounter TEXT, value TEXT NOT NULL,
   PRIMARY KEY (source, label, patient, key))`,
  'CREATE INDEX IF NOT EXISTS loop_truths_patient ON loop_truths (source, patient)',
  'CREATE INDEX IF NOT EXISTS loop_truths_key ON loop_truths (key)',
  `CREATE TABLE IF NOT EXISTS loop_pairs (source TEXT NOT NULL, label TEXT NOT NULL, result TEXT NOT NULL,
   patient TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (source, label, result))`,
  'CREATE INDEX IF NOT EXISTS loop_pairs_patient ON loop_pairs (source, patient)',
  'CREATE TABLE IF NOT EXISTS loop_state (source TEXT PRIMARY KEY, changed INTEGER NOT NULL)'
]

export const PROJECTED = ['loop_results', 'loop_predictions', 'loop_truths', 'loop_pairs'] as const

export const defineLoopTables = (sql: Sql): Promise<void> => sql.define(DDL)

/** Says that rows of a source changed; goes into the transaction that changes them. */
export const changedStatement = (source: string) => ({
  sql: `INSERT INTO loop_state (source, changed) VALUES (?, 1)
        ON CONFLICT (source) DO UPDATE SET changed = loop_state.changed + 1`,
  params: [source]
})

/** How often rows of a source have changed: as long as it stays, every figure stays. */
export async function changesOf(sql: Sql, source: string): Promise<number> {
  const [row] = await sql.all<{ changed: number }>('SELECT changed FROM loop_state WHERE source = ?', [source])
  return Number(row?.changed ?? 0)
}
