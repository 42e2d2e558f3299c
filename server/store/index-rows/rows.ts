import { createHash } from 'node:crypto'

/**
 * Index rows of one resource version: what search looks at. One kind of row for each table of the schema:
 *
 *   token     [p, system, code]                system "" = none
 *   string    [p, normalised, exact]
 *   reference [p, type, id, url]                type and id '' for an absolute url outside this server
 *   date      [p, lo, hi]                       ms since 1970, hi exclusive
 *   number    [p, value]
 *   quantity  [p, value, system, code, unit]
 *   uri       [p, value]
 */
export interface IndexRows {
  token: [number, string, string][]
  string: [number, string, string][]
  reference: [number, string, string, string][]
  date: [number, number, number][]
  number: [number, number][]
  quantity: [number, number, string, string, string][]
  uri: [number, string][]
}

export const emptyRows = (): IndexRows => ({
  token: [],
  string: [],
  reference: [],
  date: [],
  number: [],
  quantity: [],
  uri: []
})

const ids = new Map<string, number>()
const names = new Map<number, string>()

/** Number under which the rows of a search parameter lie: the first 48 bits of the sha1 of 'Type.code'; a collision throws. */
export function paramId(resourceType: string, code: string): number {
  const name = `${resourceType}.${code}`
  let id = ids.get(name)
  if (id === undefined) {
    id = createHash('sha1').update(name).digest().readUIntBE(0, 6)
    if (names.has(id)) throw new Error('two search parameters share a number')
    ids.set(name, id)
    names.set(id, name)
  }
  return id
}

/**
 * Longest text kept in an index row: more does not help a search, would swell the index, and PostgreSQL has no room for it
 * (2,704 bytes an entry). What is longer is kept in the resource and not found by a search for all of it.
 */
export const MAX_TEXT = 400

/** Text as string search compares it: case, accents and runs of white space do not count (FHIR R4 search, string). */
export const normaliseText = (text: string): string =>
  text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/\s+/g, ' ').trim().slice(0, MAX_TEXT)
