import { peekEcg } from '../../adapters/ecg/peek.ts'
import { AppError } from '../../core/errors/app-error.ts'
import type { Format } from '../../core/format.ts'
import type { Waveform } from '../../core/waveform.ts'
import { FORMATS_DIR } from '../../server/app/discover.ts'
import { discoverFormats, importFormat } from '../../server/pipeline/formats.ts'
import { damageEcg } from './support/ecg-mutations.ts'
import { ecgSeeds } from './support/ecg-seeds.ts'
import { Random } from './support/random.ts'

const seed = Number(process.env['TEST_SEED'] ?? 20261123)
const CASES = 800

const names = await discoverFormats(FORMATS_DIR)
const formats = (await Promise.all(names.map((name) => importFormat(FORMATS_DIR, name)))).filter(
  ({ family }) => family === 'ecg'
)
const seeds = ecgSeeds()

/** What a server in a worker calls DECODE_FAILED, whatever it was: here an error without a code of its own is seen. */
test('damaged ECG files give coded errors or waveforms in which every sample is a number or lies in a gap', async () => {
  const outcomes = new Set<string>()
  for (let number = 0; number < CASES; number++) {
    const random = new Random(seed, number)
    const body = damageEcg(random.pick(seeds), random, number)
    const outcome = await outcomeOf(body)
    outcomes.add(outcome)
    expect({ seed, number, outcome }).toEqual({ seed, number, outcome: expect.stringMatching(/^(decoded|[A-Z_]+)$/) })
  }
  expect(outcomes.has('decoded')).toBe(true)
  expect(outcomes.size).toBeGreaterThan(5)
}, 120_000)

test('every ECG format has seeds', () => {
  const kinds = new Set(seeds.map(({ kind }) => kind))
  const without = formats.filter((format: Format) => ![...kinds].some((kind) => format.accepts(kind)))
  expect(without.map(({ name }) => name)).toEqual([])
})

async function outcomeOf(body: Uint8Array): Promise<string> {
  try {
    const { kind } = peekEcg(body, {})
    const format = formats.find(({ accepts }) => accepts(kind))
    if (!format) return `no format reads ${kind}`
    const envelope = {
      id: 'E',
      feed: 'f',
      family: 'ecg' as const,
      kind,
      mediaType: '',
      receivedAt: '2026-03-10T07:20:00Z',
      correlation: {},
      body
    }
    const feed = { name: 'f', zone: 'Europe/Berlin', codeMap: {}, options: {} }
    const { groups } = await format.decode(envelope, feed)
    const waveforms = groups.flatMap((group) => group.waveforms.flatMap((recording) => recording.waveforms))
    return waveforms.every(isWhole) ? 'decoded' : `${kind} with a sample that is none`
  } catch (error) {
    return error instanceof AppError ? error.code : `not coded: ${String(error)}`
  }
}

/** As many missing samples as the gaps hold, all others finite. */
function isWhole({ samples, gaps, rateHz }: Waveform): boolean {
  if (!(rateHz > 0 && Number.isFinite(rateHz))) return false
  return samples.every((values, lead) => {
    const inGaps = gaps.filter((gap) => gap.lead === lead).reduce((sum, { from, to }) => sum + to - from, 0)
    const missing = values.reduce((sum, value) => sum + (Number.isNaN(value) ? 1 : 0), 0)
    return missing === inGaps && values.every((value) => Number.isNaN(value) || Number.isFinite(value))
  })
}
