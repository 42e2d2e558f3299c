import { existsSync } from 'node:fs'
import type { Decoded } from '../../core/decoded.ts'
import { FAMILIES } from '../../core/envelope.ts'
import { AppError } from '../../core/errors/app-error.ts'
import { toErrSegment } from '../../core/errors/to-err-segment.ts'
import { toOutcome } from '../../core/errors/to-outcome.ts'
import type { FeedFacts, Format } from '../../core/format.ts'
import type { Settlement } from '../../core/transport.ts'
import type { DecodePool } from '../../server/pipeline/decode-pool.ts'
import { assertValid } from '../support/decoded-valid.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { enlarge, envelopeOf, type Fixture, peekOf, readFixtures } from './fixture.ts'
import { refusedCodes } from './readme.ts'

export interface FormatContractCase {
  format: Format
  /** The format's folder, with a trailing slash. */
  folder: URL
  /** Every format that is there: exactly one may accept a fixture. */
  all: readonly Format[]
  /** The real ingest workers, with their limits of time and memory. */
  pool(): DecodePool
}

const FEED: FeedFacts = { name: 'contract', defaultAuthority: 'HOSP', zone: 'Europe/Berlin', codeMap: {}, options: {} }
/** Up to this size a fixture is cut at every byte, above it at this many places. */
const EVERY_BYTE_UP_TO = 8192
const CANARY = 'Qx7Zw9Canary'
const CANARY_PLACES = 300
/** Enlarged fixtures are compared at this size and ten times of it, so that a quadratic step shows. */
const BASE_BYTES = 64 * 1024

/** What every format must keep (style.md section 7): nobody calls it for a folder, folders are found. */
export function formatContract({ format, folder, all, pool }: FormatContractCase): void {
  const fixtures = readFixtures(folder)
  const seed = Number(process.env['TEST_SEED'] ?? 20261122)

  const decode = async (bytes: Uint8Array, kind: string): Promise<Decoded> =>
    format.decode(envelopeOf(format, bytes, kind), FEED)

  /** The coded error of these bytes; undefined when they decode. Anything uncoded fails the test with its place. */
  const errorOf = async (bytes: Uint8Array, kind: string, place: string): Promise<AppError | undefined> => {
    try {
      await decode(bytes, kind)
      return undefined
    } catch (error) {
      if (error instanceof AppError) return error
      throw new Error(`${format.name}: not a coded error, ${place}, seed ${seed}`, { cause: error })
    }
  }

  describe(`format ${format.name}`, () => {
    test('names itself, its family and its media types', () => {
      expect(folder.pathname.endsWith(`/${format.name}/`)).toBe(true)
      expect(FAMILIES).toContain(format.family)
      expect(format.mediaTypes.length).toBeGreaterThan(0)
    })

    test('has a README that says what is refused, by codes of the table', () => {
      const { codes, unknown } = refusedCodes(folder)
      expect(codes.length).toBeGreaterThan(0)
      expect(unknown).toEqual([])
    })

    test('has fixtures, each with a note of its origin', () => {
      expect(fixtures.length).toBeGreaterThan(0)
      const without = fixtures.filter(({ name }) => !existsSync(new URL(`fixtures/${noteOf(name)}`, folder)))
      expect(without.map(({ name }) => name)).toEqual([])
    })

    describe.each(fixtures)('$name', (fixture: Fixture) => {
      const { bytes } = fixture
      const { kind } = peekOf(format, bytes)

      test('is accepted by this format and no other', () => {
        const takers = all.filter(({ family, accepts }) => family === format.family && accepts(kind))
        expect(takers.map(({ name }) => name)).toEqual([format.name])
      })

      test('decodes to valid content, twice alike, leaving its input as it was', async () => {
        const before = Buffer.from(bytes)
        const first = await decode(bytes, kind)
        expect(await decode(bytes, kind)).toEqual(first)
        expect(bytes.equals(before)).toBe(true)
        assertValid(first)
        assertWaveforms(first)
        const keys = first.groups.flatMap(({ resources }) => resources.map(({ businessKey }) => businessKey))
        expect(new Set(keys).size).toBe(keys.length)
        expect(isAboutSomething(first)).toBe(true)
        // It crosses from the ingest worker to the server.
        expect(structuredClone(first)).toEqual(first)
      })

      test('cut short it decodes to less or is refused by code', async () => {
        for (const length of cuts(bytes.length, seed)) {
          await errorOf(bytes.subarray(0, length), kind, `cut at byte ${length}`)
        }
      })

      test('with one byte changed it decodes or is refused by code', async () => {
        const random = seededRandom(seed)
        for (let n = 0; n < CANARY_PLACES; n++) {
          const at = Math.floor(random() * bytes.length)
          const changed = Buffer.from(bytes)
          changed[at] = Math.floor(random() * 256)
          await errorOf(changed, kind, `byte ${at} changed to ${changed[at]}`)
        }
      })

      test('nothing of the input is in the text of an error', async () => {
        const random = seededRandom(seed)
        for (let n = 0; n < CANARY_PLACES; n++) {
          const at = Math.floor(random() * bytes.length)
          const inserted = Buffer.concat([bytes.subarray(0, at), Buffer.from(CANARY), bytes.subarray(at)])
          const overwritten = Buffer.from(bytes)
          overwritten.write(CANARY, at)
          // Once whole, once cut, since a cut gives an error where the canary alone may not.
          for (const planted of [inserted, overwritten, inserted.subarray(0, inserted.length - 7)]) {
            const error = await errorOf(planted, kind, `canary at byte ${at}`)
            if (error) expect({ at, seed, text: textOf(error) }).not.toEqual(withCanary(at, seed))
          }
        }
      })

      test('ten times the size takes bounded time and memory', async () => {
        const times = Math.max(1, Math.ceil(BASE_BYTES / bytes.length))
        const small = enlarge(format.family, bytes, times)
        const large = enlarge(format.family, bytes, times * 10)
        const smallMs = await bestOf(3, () => errorOf(small, kind, 'enlarged'))
        const largeMs = await bestOf(3, () => errorOf(large, kind, 'enlarged ten times more'))
        // Linear work gives ten and some for the collector; a quadratic step gives a hundred. 100 ms cover a cold start.
        expect(largeMs).toBeLessThan(smallMs * 30 + 100)
        const code = await pool()
          .decode(format.name, envelopeOf(format, large, kind), FEED)
          .then(
            () => 'decoded',
            (error: unknown) => (error as AppError).code
          )
        expect(['DECODE_TIMEOUT', 'DECODE_MEMORY', 'INTERNAL']).not.toContain(code)
      })

      const { reply } = format
      if (reply) {
        test.each<Settlement>([
          { state: 'recorded', orders: [] },
          { state: 'parked', error: new AppError('PATIENT_MISMATCH').toJSON() }
        ])('its answer is the same twice when the message was $state', (settlement) => {
          const envelope = envelopeOf(format, bytes, kind)
          expect(reply(envelope, FEED, settlement)).toEqual(reply(envelope, FEED, settlement))
        })
      }
    })
  })
}

const noteOf = (name: string): string => `${name.replace(/\.[^.]+$/, '')}.md`

/** Everything an error may say to a peer, a log or a person. */
const textOf = (error: AppError): string =>
  [error.message, JSON.stringify(error), toErrSegment(error), JSON.stringify(toOutcome(error))].join('\n')

const withCanary = (at: number, seed: number) => ({
  at,
  seed,
  text: expect.stringMatching(new RegExp(CANARY.slice(0, 5), 'i'))
})

function cuts(length: number, seed: number): number[] {
  if (length <= EVERY_BYTE_UP_TO) return Array.from({ length }, (_, at) => at)
  const random = seededRandom(seed)
  return Array.from({ length: EVERY_BYTE_UP_TO }, () => Math.floor(random() * length))
}

/** Equal lengths, a plausible rate, and no missing sample outside of a gap. */
function assertWaveforms(decoded: Decoded): void {
  for (const waveform of decoded.groups.flatMap((group) => group.waveforms.flatMap(({ waveforms }) => waveforms))) {
    const { leads, samples, gaps, rateHz } = waveform
    expect(rateHz).toBeGreaterThan(0)
    expect(samples.length).toBe(leads.length)
    expect(new Set(samples.map(({ length }) => length)).size).toBe(1)
    for (const [lead, values] of samples.entries()) {
      const isGap = (i: number): boolean => gaps.some((gap) => gap.lead === lead && i >= gap.from && i < gap.to)
      expect([...values].findIndex((value, i) => Number.isNaN(value) !== isGap(i))).toBe(-1)
    }
  }
}

const isAboutSomething = ({ groups, ignored }: Decoded): boolean =>
  ignored !== undefined ||
  groups.some(
    ({ resources, orders, waveforms, parts, adt, subject }) =>
      resources.length + orders.length + waveforms.length + parts.length > 0 ||
      adt !== undefined ||
      subject !== undefined
  )

/** Processor time of this thread: what others do on the machine does not count. */
function threadMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

async function bestOf(rounds: number, work: () => Promise<unknown>): Promise<number> {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < rounds; round++) {
    const start = threadMs()
    await work()
    best = Math.min(best, threadMs() - start)
  }
  return best
}
