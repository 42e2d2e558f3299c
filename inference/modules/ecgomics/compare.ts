import { readFileSync } from 'node:fs'
import { AppError } from '../../../core/errors/app-error.ts'
import type { EcgChange, FeatureValue } from './types.ts'

/** Quantities of the whole recording that are set beside those of the earlier tracing. */
export const COMPARED = [
  'heart.rate',
  'p.duration',
  'pr.interval',
  'qrs.duration',
  'qt.interval',
  'qt.bazett',
  'qt.fridericia',
  'qt.framingham',
  'qt.hodges',
  'p.axis',
  'qrs.axis',
  't.axis',
  'qrs-t.angle.frontal',
  'voltage.sokolow-lyon',
  'voltage.cornell'
] as const
/** Quantities of each lead. */
export const COMPARED_BY_LEAD = ['st.j', 'st.j60', 't.amplitude', 'r.amplitude', 's.amplitude'] as const

const ALL: readonly string[] = [...COMPARED, ...COMPARED_BY_LEAD]
/** Angles: 179 and -179 lie 2 apart. */
const ANGLES = new Set(['p.axis', 'qrs.axis', 't.axis'])
/** Two-sided 95 % of the normal distribution. */
const Z = 1.96

export interface WithinPerson {
  /** Standard deviation of one person's tracings about their mean, in the feature's unit. */
  sd: number
  /** People with two or more tracings that it was estimated from. */
  n: number
  source: string
}

interface Table {
  source: string
  features: Record<string, { sd: number; n: number }>
}

let shipped: Table | undefined

/** What was measured on repeated records (norms/within-person.ts); a site's own figure by `policy.changes` wins. */
export function withinPersonOf(id: string, policy: Record<string, unknown>): WithinPerson | undefined {
  const own = (policy['changes'] as Record<string, { withinPersonSd?: unknown; n?: unknown }> | undefined)?.[id]
  if (own) return { sd: Number(own.withinPersonSd), n: Number(own.n), source: 'site' }
  shipped ??= JSON.parse(readFileSync(new URL('norms/within-person.json', import.meta.url), 'utf8')) as Table
  const found = shipped.features[id]
  return found && { ...found, source: shipped.source }
}

/** @throws AppError CONFIG_INVALID for a feature that is not compared, or a figure that is none */
export function checkChanges(policy: Record<string, unknown>): void {
  const changes = policy['changes'] ?? {}
  if (typeof changes !== 'object' || changes === null) throw invalid('')
  for (const [id, value] of Object.entries(changes as Record<string, unknown>)) {
    const { withinPersonSd, n } = (value ?? {}) as { withinPersonSd?: unknown; n?: unknown }
    const isFigure = typeof withinPersonSd === 'number' && withinPersonSd > 0 && Number.isInteger(n) && Number(n) > 1
    if (!ALL.includes(id) || !isFigure) throw invalid(`.${id}`)
  }
}

const invalid = (at: string): AppError =>
  new AppError('CONFIG_INVALID', { at: `modules.ecgomics.policy.changes${at}`, reason: 'value' })

/** What of an earlier tracing is kept for a comparison: measured values of the compared quantities. */
export const comparable = (features: readonly FeatureValue[]): FeatureValue[] =>
  features.filter(({ id, value }) => value !== undefined && ALL.includes(id))

/**
 * Later minus earlier for every quantity that both tracings have, beside its reference change value
 * 1.96 x sqrt(2) x sqrt(analytic variance + within-person variance) (specs 01 section 8.3; Harris EK, Yasaka T 1983, Clin Chem
 * 29:25). The analytic variance is the mean of both tracings' bootstrap variances; a value without an interval has none.
 * A quantity without a within-person figure is not judged.
 *
 * @example compareFeatures(later, earlier, policy).find(({ id }) => id === 'qt.fridericia')?.verdict // 'not-changed'
 */
export function compareFeatures(
  later: readonly FeatureValue[],
  earlier: readonly FeatureValue[],
  policy: Record<string, unknown>
): EcgChange[] {
  return comparable(later).flatMap((now) => {
    const before = earlier.find(({ id, lead, value }) => id === now.id && lead === now.lead && value !== undefined)
    const withinPerson = withinPersonOf(now.id, policy)
    if (!before || !withinPerson) return []
    const delta = difference(now.id, now.value!, before.value!)
    const analytic = (varianceOf(now) + varianceOf(before)) / 2
    const referenceChange = Z * Math.SQRT2 * Math.sqrt(analytic + withinPerson.sd ** 2)
    return [
      {
        id: now.id,
        ...(now.lead ? { lead: now.lead } : {}),
        value: now.value!,
        earlier: before.value!,
        delta,
        referenceChange,
        verdict: Math.abs(delta) > referenceChange ? 'changed' : 'not-changed',
        withinPerson
      }
    ]
  })
}

/** From the width of the 95 % bootstrap interval, taken as normal. */
export const varianceOf = ({ confidence }: FeatureValue): number =>
  confidence ? ((confidence.high - confidence.low) / (2 * Z)) ** 2 : 0

/** The shorter way round for angles. */
export function difference(id: string, value: number, earlier: number): number {
  const delta = value - earlier
  if (!ANGLES.has(id)) return delta
  return delta - 360 * Math.round(delta / 360)
}
