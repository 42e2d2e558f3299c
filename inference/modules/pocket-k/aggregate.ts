import type { ModelManifest } from '../../../core/model.ts'
import { calibrated, labelCalibration } from '../../decision/index.ts'
import { median } from '../../signal/delineate/median.ts'
import { type ClipOutput, logitOf } from './infer.ts'
import { LABELS, type Label, type Probabilities } from './types.ts'

/** One strip, of one clip or several. */
export interface StripOutput {
  /** Calibrated by model.json, over the clips as `aggregation` says; not yet moved to the site, nor ordered. */
  probabilities: Probabilities
  /** The same of each clip, in time. */
  clips: Probabilities[]
  /** mmol/L; root mean square of the clips' sigmas. */
  estimate?: { mean: number; sigma: number }
}

/** Calibrates each clip and makes one answer of them (specs 02 section 3: mean of the clips' scores). */
export function aggregate(outputs: readonly ClipOutput[], manifest: ModelManifest): StripOutput {
  const clips = outputs.map(({ probabilities }) => calibratedClip(probabilities, manifest))
  const over = manifest.aggregation?.clips === 'median' ? median : mean
  const probabilities: Probabilities = {}
  for (const label of LABELS) {
    const values = clips.flatMap((clip) => clip[label] ?? [])
    if (values.length > 0) probabilities[label] = over(values)
  }
  const means = outputs.flatMap((output) => output.mean ?? [])
  const variances = outputs.flatMap(({ sigma }) => (sigma === undefined ? [] : [sigma ** 2]))
  return {
    probabilities,
    clips,
    ...(means.length > 0 ? { estimate: { mean: over(means), sigma: Math.sqrt(mean(variances)) } } : {})
  }
}

/**
 * Standard deviation of the clips' values: how far one strip contradicts itself. 0 of one clip.
 *
 * @example clipSpread([0.1, 0.2, 0.3]) // 0.1
 */
export function clipSpread(values: readonly number[]): number {
  if (values.length < 2) return 0
  const centre = mean(values)
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1))
}

function calibratedClip(raw: Probabilities, { calibration, outputs }: ModelManifest): Probabilities {
  const keys = outputs.flatMap(({ labels = [] }) => labels.map(({ key }) => key))
  const clip: Probabilities = {}
  for (const [label, value] of Object.entries(raw) as [Label, number][]) {
    const own = labelCalibration(calibration, label, keys)
    // What the graph has calibrated is taken to the last bit.
    const isDone = own.method === 'none' || own.params?.['inGraph'] === true
    clip[label] = isDone ? value : calibrated(logitOf(value), own)
  }
  return clip
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
