import type { SitePolicy } from './site-policy.ts'
import { type Band, LABELS, type Performance, type Probabilities } from './types.ts'

/**
 * Probabilities at the site's prevalence, and the band they fall into.
 *
 * very-high: P(K >= 6.0) reaches the top threshold. high: P(K >= 6.0) reaches the alert threshold, or P(K > 5.5) its own.
 * low: P(K > 5.5) lies below the rule-out threshold. medium: all else.
 */
export function decide(
  raw: Probabilities,
  site: SitePolicy
): { probabilities: Probabilities; band?: Band; performance?: Performance } {
  const probabilities = atSitePrevalence(raw, site)
  return { probabilities, band: bandOf(probabilities, site), performance: site.performance }
}

function bandOf(probabilities: Probabilities, { thresholds }: SitePolicy): Band | undefined {
  const above = probabilities['k-gt-5.5']
  const from = probabilities['k-ge-6.0']
  if (above === undefined || !thresholds) return undefined
  if (from !== undefined && thresholds.top60 !== undefined && from >= thresholds.top60) return 'very-high'
  if (from !== undefined && thresholds.alert60 !== undefined && from >= thresholds.alert60) return 'high'
  if (thresholds.alert55 !== undefined && above >= thresholds.alert55) return 'high'
  return above < thresholds.ruleOut55 ? 'low' : 'medium'
}

/** logit p' = logit p + logit(site prevalence) - logit(training prevalence), then ordered again (specs section G). */
function atSitePrevalence(raw: Probabilities, { shift }: SitePolicy): Probabilities {
  const moved: Probabilities = {}
  for (const label of LABELS) {
    const value = raw[label]
    if (value === undefined) continue
    const by = shift[label] ?? 0
    moved[label] = by === 0 ? value : 1 / (1 + Math.exp(-(Math.log(value / (1 - value)) + by)))
  }
  // Different shifts could part what one distribution had ordered: K >= 6.0 is never likelier than K > 5.5.
  for (const [above, label] of [
    ['k-gt-5.5', 'k-ge-6.0'],
    ['k-ge-6.0', 'k-gt-6.5']
  ] as const) {
    if (moved[label] !== undefined && moved[above] !== undefined) moved[label] = Math.min(moved[label], moved[above])
  }
  return moved
}
