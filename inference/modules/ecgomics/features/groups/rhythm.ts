import type { ClassedBeat } from '../../../../signal/delineation.ts'
import { medianOf } from '../../../../signal/shape/bootstrap.ts'
import type { FeatureValue } from '../../types.ts'
import type { FeatureContext } from '../context.ts'
import { numeric } from '../feature-value.ts'

/** Intervals that are drawn from for the interval of a rhythm feature; of a long recording the first ones. */
const MAX_DRAWN = 1000

/** Rate and RR of all beats, and counts of ectopic ones. */
export function rhythmFeatures({ measured: { beats, quality }, bootstrap }: FeatureContext): FeatureValue[] {
  const limited = quality.verdict === 'limited'
  const rr = beats.map(({ rrMs }) => rrMs).filter((ms) => ms !== undefined)
  const drawn = rr.slice(0, MAX_DRAWN)
  const mean = rr.length > 0 ? rr.reduce((sum, ms) => sum + ms, 0) / rr.length : Number.NaN
  const sd = rr.length > 1 ? Math.sqrt(rr.reduce((sum, ms) => sum + (ms - mean) ** 2, 0) / (rr.length - 1)) : Number.NaN
  const median = medianOf(rr)
  const rate = 60_000 / median
  const otherwise = 'beats-too-few'
  const count = (kind: ClassedBeat['kind']): number => beats.filter((beat) => beat.kind === kind).length
  return [
    numeric('heart.rate', rate, {
      confidence: bootstrap.around(
        rate,
        drawn.map((ms) => 60_000 / ms)
      ),
      limited,
      otherwise
    }),
    numeric('rr.mean', mean, { limited, otherwise }),
    numeric('rr.median', median, { confidence: bootstrap.around(median, drawn), limited, otherwise }),
    numeric(
      'rr.min',
      rr.reduce((least, ms) => Math.min(least, ms), rr[0] ?? Number.NaN),
      { limited, otherwise }
    ),
    numeric(
      'rr.max',
      rr.reduce((most, ms) => Math.max(most, ms), rr[0] ?? Number.NaN),
      { limited, otherwise }
    ),
    numeric('rr.cv', sd / mean, { limited, otherwise }),
    numeric('beats.count', beats.length, { limited }),
    numeric('beats.supraventricular', beats.length > 0 ? count('supraventricular-ectopic') : Number.NaN, {
      limited,
      otherwise
    }),
    numeric('beats.ventricular', beats.length > 0 ? count('ventricular-ectopic') : Number.NaN, { limited, otherwise })
  ]
}
