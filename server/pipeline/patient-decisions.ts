import type { Clock } from '../../core/clock.ts'
import type { Sql } from '../../core/sql.ts'

/** What persons decided about quarantined messages: whose each is when it is replayed. */
export interface PatientDecisions {
  define(): Promise<void>
  /** @param patient 'Patient/..' */
  decide(envelopeId: string, patient: string): Promise<void>
  of(envelopeId: string): Promise<string | undefined>
}

/** In the operational tables: the process that is asked is not the one that records the replay. */
export function createPatientDecisions(sql: Sql, clock: Clock): PatientDecisions {
  return {
    define: () =>
      sql.define([
        `CREATE TABLE IF NOT EXISTS patient_decisions (envelope_id TEXT PRIMARY KEY, patient TEXT NOT NULL,
         decided_at TEXT NOT NULL)`
      ]),
    async decide(envelopeId, patient) {
      await sql.write([
        {
          sql: `INSERT INTO patient_decisions (envelope_id, patient, decided_at) VALUES (?, ?, ?)
                ON CONFLICT (envelope_id) DO UPDATE SET patient = excluded.patient, decided_at = excluded.decided_at`,
          params: [envelopeId, patient, clock.now().toISOString()]
        }
      ])
    },
    async of(envelopeId) {
      const [row] = await sql.all<{ patient: string }>('SELECT patient FROM patient_decisions WHERE envelope_id = ?', [
        envelopeId
      ])
      return row?.patient
    }
  }
}
