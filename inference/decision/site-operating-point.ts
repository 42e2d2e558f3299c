import type { OperatingCurve } from './curve.ts'
import { type Choice, operatingPoint } from './operating-point.ts'
import type { Performance } from './performance.ts'
import { isLeading, type LabelAtSite, sitePrevalence, trainedPrevalence } from './prevalence.ts'
import { isCalibrated, servedProbability } from './served.ts'
import { siteCalibration } from './site-calibration.ts'
import { fractionOf, objectOf } from './site-json.ts'

const TARGETS = ['threshold', 'sensitivityTarget', 'npvTarget', 'ppvTarget'] as const
const FIGURES = ['sensitivity', 'specificity', 'ppv', 'npv', 'fractionRuledOut'] as const

/**
 * How a label performs at the cut that this site chose, or undefined where it cannot be said honestly.
 *
 * Read from `site.json`: `operatingPoints.<label>` with one of `threshold | sensitivityTarget | npvTarget | ppvTarget` (for the
 * leading label these may stand at the top), and `assumedPrevalence`. Figures that stand there beside the threshold are given
 * as they are, while the site assumes the prevalence they were made for and has not recalibrated; else they are drawn from the
 * model's curve; without a curve there are none. Uncalibrated models have no predictive values.
 */
export function siteOperatingPoint(at: LabelAtSite, curve?: OperatingCurve): Performance | undefined {
  if (!isCalibrated(at)) return undefined
  const point = pointOf(at)
  const stated = point && !siteCalibration(at) ? statedPerformance(point, at) : undefined
  if (stated) return stated
  const choice = choiceOf(point) ?? (isLeading(at) ? choiceOf(at.site) : undefined)
  // Where the site assumes nothing, what is served holds at the prevalence of the training.
  const prevalence = sitePrevalence(at) ?? fractionOf(point?.['assumedPrevalence']) ?? trainedPrevalence(at)
  if (!curve || !choice || prevalence === undefined) return undefined
  return operatingPoint(curve, choice, prevalence, { toServed: (threshold) => servedProbability(threshold, at) })
}

function statedPerformance(point: Record<string, unknown>, at: LabelAtSite): Performance | undefined {
  const values = FIGURES.map((name) => fractionOf(point[name]))
  const prevalence = fractionOf(point['assumedPrevalence'])
  // Shown together or not at all: a predictive value says nothing without the others (specs section G).
  if (prevalence === undefined || values.some((value) => value === undefined)) return undefined
  // The figures hold at the prevalence they were made for; a site that assumes another has to make its own.
  const assumed = sitePrevalence(at)
  if (assumed !== undefined && assumed !== prevalence) return undefined
  const [sensitivity, specificity, ppv, npv, fractionRuledOut] = values as [number, number, number, number, number]
  const threshold = fractionOf(point['threshold'])
  const data = objectOf(at.site['origin'])?.['figures']
  return {
    prevalence,
    sensitivity,
    specificity,
    ppv,
    npv,
    fractionRuledOut,
    ...(threshold === undefined ? {} : { threshold }),
    ...(typeof data === 'string' ? { data } : {})
  }
}

const pointOf = ({ site, label }: LabelAtSite): Record<string, unknown> | undefined =>
  objectOf(objectOf(site['operatingPoints'])?.[label])

function choiceOf(from: Record<string, unknown> | undefined): Choice | undefined {
  for (const name of TARGETS) {
    const value = fractionOf(from?.[name])
    if (value !== undefined) return { [name]: value } as unknown as Choice
  }
  return undefined
}
