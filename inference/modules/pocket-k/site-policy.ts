import type { ModelManifest } from '../../../core/model.ts'
import { LABELS, type Label, type Performance } from './types.ts'

export interface BandLimits {
  /** Below: low. */
  lowBelow: number
  /** From: high. */
  highFrom: number
  /** From: very-high; only of the label that site.json names as top band. */
  topFrom?: number
}

/** What the site decides, read from `site.json` of the model folder; the module's `policy` in the configuration outranks it. */
export interface SitePolicy {
  /** On probabilities at the site's prevalence. A label without limits is not banded. */
  bands: Partial<Record<Label, BandLimits>>
  /** At the leading label's operating point. Absent when uncalibrated: predictive values are then not shown (section F). */
  performance?: Performance
  /** Added to the logit of each label: logit(site prevalence) - logit(training prevalence). */
  shift: Partial<Record<Label, number>>
}

type Json = Record<string, unknown>

/**
 * Shape read, all optional: `assumedPrevalence` (number for k-gt-5.5, or by label), `operatingPoints.<label> { threshold,
 * assumedPrevalence, sensitivity, specificity, ppv, npv, fractionRuledOut }`, `bands.<label> { lowBelow, highFrom }`,
 * `topBand { label, from }`, `origin.figures`.
 */
export function readSitePolicy(site: Json, policy: Json, manifest: ModelManifest): SitePolicy {
  const merged: Json = { ...site, ...policy }
  if (manifest.calibration.method === 'none') return { bands: bandsOf(merged), shift: {} }
  return {
    bands: bandsOf(merged),
    performance: performanceOf(merged),
    shift: shiftOf(merged['assumedPrevalence'], trainedOf(manifest))
  }
}

function bandsOf(merged: Json): SitePolicy['bands'] {
  const top = objectOf(merged['topBand'])
  const bands: SitePolicy['bands'] = {}
  for (const label of LABELS) {
    const limits = objectOf(objectOf(merged['bands'])?.[label])
    const [lowBelow, highFrom] = [fractionOf(limits?.['lowBelow']), fractionOf(limits?.['highFrom'])]
    if (lowBelow === undefined || highFrom === undefined) continue
    bands[label] = { lowBelow, highFrom, ...(top?.['label'] === label ? { topFrom: fractionOf(top['from']) } : {}) }
  }
  return bands
}

function performanceOf(merged: Json): Performance | undefined {
  const point = objectOf(objectOf(merged['operatingPoints'])?.['k-gt-5.5'])
  if (!point) return undefined
  const names = ['sensitivity', 'specificity', 'ppv', 'npv', 'fractionRuledOut'] as const
  const values = names.map((name) => fractionOf(point[name]))
  const prevalence = fractionOf(point['assumedPrevalence'])
  // Shown together or not at all: a predictive value says nothing without the others (specs section G).
  if (prevalence === undefined || values.some((value) => value === undefined)) return undefined
  // The figures hold at the prevalence they were made for; a site that assumes another has to make its own.
  const assumed = prevalenceOf(merged['assumedPrevalence'], 'k-gt-5.5')
  if (assumed !== undefined && assumed !== prevalence) return undefined
  const [sensitivity, specificity, ppv, npv, fractionRuledOut] = values as [number, number, number, number, number]
  const threshold = fractionOf(point['threshold'])
  const figures = objectOf(merged['origin'])?.['figures']
  return {
    prevalence,
    sensitivity,
    specificity,
    ppv,
    npv,
    fractionRuledOut,
    ...(threshold === undefined ? {} : { threshold }),
    ...(typeof figures === 'string' ? { data: figures } : {})
  }
}

/** Prevalence of the calibration data, by label: `trainPrevalence` leads, `params.prevalences` has the others. */
function trainedOf({ calibration }: ModelManifest): unknown {
  const others = objectOf(calibration.params?.['prevalences']) ?? {}
  const leading = prevalenceOf(calibration.trainPrevalence, 'k-gt-5.5')
  return leading === undefined ? others : { ...others, 'k-gt-5.5': leading }
}

function shiftOf(assumed: unknown, trained: unknown): Partial<Record<Label, number>> {
  const shift: Partial<Record<Label, number>> = {}
  for (const label of LABELS) {
    const to = prevalenceOf(assumed, label)
    const from = prevalenceOf(trained, label)
    if (to !== undefined && from !== undefined && to !== from) shift[label] = logit(to) - logit(from)
  }
  return shift
}

/** One number stands for the leading label; an object gives each label its own. */
function prevalenceOf(value: unknown, label: Label): number | undefined {
  const found = typeof value === 'number' ? (label === 'k-gt-5.5' ? value : undefined) : objectOf(value)?.[label]
  return typeof found === 'number' && found > 0 && found < 1 ? found : undefined
}

const logit = (p: number): number => Math.log(p / (1 - p))
const fractionOf = (value: unknown): number | undefined =>
  typeof value === 'number' && value >= 0 && value <= 1 ? value : undefined
const objectOf = (value: unknown): Json | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined
