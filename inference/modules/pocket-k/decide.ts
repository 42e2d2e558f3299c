import type { Performance } from '../../decision/performance.ts'
import type { BandLimits, SitePolicy } from './site-policy.ts'
import { BANDS, type Band, LABELS, type Label, type Probabilities } from './types.ts'

export interface Decided {
  probabilities: Probabilities
  /** Band of each label that the site's policy bands. */
  bands: Partial<Record<Label, Band>>
  /** The most urgent of the hyperkalaemia bands. */
  band?: Band
  performance?: Performance
}

/** Probabilities at the site's prevalence, and the band that each falls into. */
export function decide(raw: Probabilities, site: SitePolicy): Decided {
  const probabilities = atSite(raw, site)
  const bands: Decided['bands'] = {}
  for (const label of LABELS) {
    const [value, limits] = [probabilities[label], site.bands[label]]
    if (value !== undefined && limits) bands[label] = bandOf(value, limits)
  }
  const ranks = [bands['k-gt-5.5'], bands['k-ge-6.0']].flatMap((one) => (one ? [BANDS.indexOf(one)] : []))
  return { probabilities, bands, band: BANDS[Math.max(...ranks)], performance: site.performance }
}

function bandOf(value: number, { lowBelow, highFrom, topFrom }: BandLimits): Band {
  if (topFrom !== undefined && value >= topFrom) return 'very-high'
  if (value >= highFrom) return 'high'
  return value < lowBelow ? 'low' : 'medium'
}

/** Each label as this site is served it, then ordered again. */
function atSite(raw: Probabilities, { served }: SitePolicy): Probabilities {
  const moved: Probabilities = {}
  for (const label of LABELS) {
    const value = raw[label]
    if (value !== undefined) moved[label] = served(label, value)
  }
  // Calibration and shifts of each label by itself could part what one distribution had ordered: K >= 6.0 is never likelier
  // than K > 5.5, and a potassium is not both high and low.
  for (const [above, label] of [
    ['k-gt-5.5', 'k-ge-6.0'],
    ['k-ge-6.0', 'k-gt-6.5']
  ] as const) {
    if (moved[label] !== undefined && moved[above] !== undefined) moved[label] = Math.min(moved[label], moved[above])
  }
  const [high, low] = [moved['k-gt-5.5'], moved['k-lt-3.5']]
  if (high !== undefined && low !== undefined) moved['k-lt-3.5'] = Math.min(low, 1 - high)
  return moved
}
