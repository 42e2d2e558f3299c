import type { Sql } from '../../core/sql.ts'

/** Few values that all processes on one store share and that outlive them. */
export interface Settings {
  define(): Promise<void>
  get(key: string): Promise<string | undefined>
  set(key: string, value: string): Promise<void>
  /** Sets it unless it is set; of two processes at once one wins. @returns what is stored */
  setOnce(key: string, value: string): Promise<string>
}

export function createSettings(sql: Sql): Settings {
  const get = async (key: string): Promise<string | undefined> => {
    const [row] = await sql.all<{ value: string }>('SELECT value FROM settings WHERE key = ?', [key])
    return row?.value
  }
  return {
    define: () => sql.define(['CREATE TABLE IF NOT EXISTS settings (key TEXT PRIMARY KEY, value TEXT NOT NULL)']),
    get,
    async set(key, value) {
      await sql.write([
        {
          sql: `INSERT INTO settings (key, value) VALUES (?, ?)
                ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
          params: [key, value]
        }
      ])
    },
    async setOnce(key, value) {
      await sql.write([
        { sql: 'INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO NOTHING', params: [key, value] }
      ])
      return (await get(key)) ?? value
    }
  }
}
