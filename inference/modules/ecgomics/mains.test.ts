import { beatOnsets, synthesize } from '../../../test/support/synthetic-ecg.ts'
import { TWELVE } from '../../../test/support/synthetic-measurement.ts'
import { assessLeads } from '../../signal/recording-quality.ts'
import { seededRandom } from '../../signal/seeded-random.ts'
import { isMeasurable, mainsHzOf } from './mains.ts'
import { measure } from './measure.ts'
import { DEFAULT_PARAMETERS } from './policy.ts'

const RATE_HZ = 500
const ONSETS_MS = beatOnsets({ seconds: 10, rrMs: 800 })

/** Twelve synthetic leads with a hum of that many mV. */
const leads = (humMv: number) =>
  Object.keys(TWELVE).map((name, k) => {
    const next = seededRandom(k + 1)
    const samples = synthesize(TWELVE[name]!, { onsetsMs: ONSETS_MS, seconds: 10, rateHz: RATE_HZ })
    const hum = (i: number) => humMv * Math.sin((2 * Math.PI * 50 * i) / RATE_HZ)
    return { name, samples: samples.map((mv, i) => mv + 0.005 * (next() - 0.5) + hum(i)) }
  })

test('takes out what is asked for, else what the spectrum shows', () => {
  const loud = { leads: leads(0.1), rateHz: RATE_HZ }
  expect(mainsHzOf(loud, { mainsHz: 'auto' })).toBe(50)
  expect(mainsHzOf({ leads: leads(0), rateHz: RATE_HZ }, { mainsHz: 'auto' })).toBe(0)
  expect(mainsHzOf(loud, { mainsHz: 60 })).toBe(60)
  expect(mainsHzOf(loud, { mainsHz: 0 })).toBe(0)
})

test('keeps a lead that is unacceptable for its mains alone', () => {
  const [lead] = leads(0.5)
  const flat = new Float64Array(10 * RATE_HZ).map((_, i) => Math.sin((2 * Math.PI * 50 * i) / RATE_HZ))
  const [judged, judgedFlat] = [lead!.samples, flat].map(
    (samples) => assessLeads([{ name: 'I', samples }], RATE_HZ).leads[0]!
  )
  expect(judged!.verdict).toBe('unacceptable')
  expect(isMeasurable(judged!, lead!.samples, { rateHz: RATE_HZ, mainsHz: 50 })).toBe(true)
  expect(isMeasurable(judged!, lead!.samples, { rateHz: RATE_HZ, mainsHz: 0 })).toBe(false)
  expect(isMeasurable(judgedFlat!, flat, { rateHz: RATE_HZ, mainsHz: 50 })).toBe(false)
})

test('0.5 mV of mains leaves the median beat and QT, and the measurement says what was taken out', async () => {
  const parameters = { ...DEFAULT_PARAMETERS, delineator: 'classical' as const, bootstrapDraws: 0 }
  const [quiet, loud] = await Promise.all(
    [0, 0.5].map((mv) => measure({ rateHz: RATE_HZ, leads: leads(mv) }, parameters, undefined as never))
  )
  const qt = ({ features }: typeof quiet & object) => features.find(({ id }) => id === 'qt.interval')?.value
  expect([quiet!.parameters.mainsHz, loud!.parameters.mainsHz]).toEqual([0, 50])
  expect(loud!.quality.reasons).toContain('mains')
  expect(loud!.medianBeat?.beats.length).toBe(quiet!.medianBeat?.beats.length)
  expect(Math.abs(qt(loud!)! - qt(quiet!)!)).toBeLessThanOrEqual(5)
})
