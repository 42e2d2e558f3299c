/**
 * One step of the schema, for both databases. Steps are numbered, never changed once released, and only add: an older
 * program that still runs beside a newer one (rolling restart) must go on working on the newer schema.
 */
export interface Migration {
  /** '0001-what-it-adds' */
  name: string
  sqlite: string
  postgres: string
}
