import Database from 'better-sqlite3'
import { type Decoded, type DecodedWaveform, emptyGroup } from '../../core/decoded.ts'
import type { Envelope } from '../../core/envelope.ts'
import type { Sql } from '../../core/sql.ts'
import type { ClinicalTime } from '../../core/time.ts'
import { createSourceClocks, delaysOf, sourceOf } from './source-clock.ts'

/** Rules section 3: receipt minus acquisition is a metric per source; a jump over 5 min opens a Task. */
const RECEIVED = '2026-03-01T12:00:00.000Z'
const ago = (seconds: number): ClinicalTime => {
  const instant = new Date(Date.parse(RECEIVED) - seconds * 1000).toISOString()
  return { instant, text: instant, precision: 'second' }
}
const ecg = (acquiredAt: ClinicalTime): Decoded => ({
  groups: [{ ...emptyGroup(), waveforms: [{ acquiredAt } as DecodedWaveform] }],
  embedded: [],
  correlation: {},
  notes: []
})
const from = (sendingApplication: string, replayOf?: string): Omit<Envelope, 'body'> => ({
  id: 'E',
  feed: 'hl7',
  family: 'hl7v2',
  kind: 'ORU^W01',
  mediaType: 'x',
  receivedAt: RECEIVED,
  correlation: { sendingApplication, ...(replayOf ? { replayOf } : {}) }
})

let db: Database.Database
let clocks: ReturnType<typeof createSourceClocks>
beforeEach(async () => {
  db = new Database(':memory:')
  const sql: Sql = {
    async define(ddl) {
      for (const each of ddl) db.exec(each)
    },
    all: async <T>(text: string, params: unknown[] = []) => db.prepare(text).all(...params) as T[],
    write: async (list) => list.map(({ sql: text, params = [] }) => db.prepare(text).run(...params).changes)
  }
  clocks = createSourceClocks(sql)
  await clocks.define()
  heard = async (source, seconds, replayOf) => {
    const { jumped, statements } = await clocks.note(from(source, replayOf), ecg(ago(seconds)))
    await sql.write(statements)
    return jumped
  }
})
afterEach(() => db.close())
let heard: (source: string, seconds: number, replayOf?: string) => Promise<boolean>

test('the first recording of a source says what is usual, and an even delay is no jump however long', async () => {
  expect(await heard('CART', 7200)).toBe(false)
  expect(await heard('CART', 7200 + 299)).toBe(false)
})

test.each([
  ['behind', 20 + 301],
  ['ahead', 20 - 301]
])('a clock that goes %s by more than five minutes is a jump', async (_, seconds) => {
  for (let i = 0; i < 3; i++) await heard('CART', 20)
  expect(await heard('CART', seconds)).toBe(true)
})

test('exactly five minutes are none', async () => {
  await heard('CART', 20)
  expect(await heard('CART', 320)).toBe(false)
})

test('one late upload does not make the next live one a jump', async () => {
  for (let i = 0; i < 4; i++) await heard('CART', 20)
  expect(await heard('CART', 40_000)).toBe(true)
  expect(await heard('CART', 20)).toBe(false)
})

test('a clock that stays where it went becomes the usual', async () => {
  for (let i = 0; i < 8; i++) await heard('CART', 20)
  for (let i = 0; i < 5; i++) await heard('CART', 3620)
  expect(await heard('CART', 3620)).toBe(false)
  expect(await heard('CART', 20)).toBe(true)
})

test('sources are judged apart', async () => {
  await heard('CART-1', 20)
  expect(await heard('CART-2', 4000)).toBe(false)
})

test('a replay says nothing about a clock', async () => {
  await heard('CART', 20)
  expect(await heard('CART', 90_000, 'inbound.hl7v2:0:1')).toBe(false)
  expect(await heard('CART', 30)).toBe(false)
})

test('a date alone and an hour that came twice have no delay', () => {
  expect(delaysOf({ receivedAt: RECEIVED }, ecg({ text: '20260301', precision: 'day' }))).toEqual([])
  expect(delaysOf({ receivedAt: RECEIVED }, ecg({ ...ago(5), ambiguous: true }))).toEqual([])
  expect(delaysOf({ receivedAt: RECEIVED }, ecg(ago(-5)))).toEqual([-5])
})

test('a source is what the wire names: the calling AE title, else application and facility', () => {
  expect(sourceOf({ feed: 'd', correlation: { callingAeTitle: 'CART', sendingApplication: 'X' } })).toBe('d|CART|')
  expect(sourceOf({ feed: 'h', correlation: { sendingApplication: 'X', sendingFacility: 'Y' } })).toBe('h|X|Y')
})

test('a peer that names itself anew each time fills no table', async () => {
  db.prepare(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
     INSERT INTO source_clocks (source, delays) SELECT 'hl7|S' || i || '|', '[20]' FROM n`
  ).run()
  await heard('NEW', 20)
  const count = () => (db.prepare('SELECT COUNT(*) AS n FROM source_clocks').get() as { n: number }).n
  expect(count()).toBe(10_000)
  expect(await heard('S1', 4000)).toBe(true)
})
