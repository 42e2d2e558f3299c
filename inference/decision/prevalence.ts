import type { ModelManifest } from '../../core/model.ts'
import { expit, logit } from './logit.ts'
import { objectOf } from './site-json.ts'

type Json = Record<string, unknown>

/** What is said of one label of one model at one site. */
export interface LabelAtSite {
  /** Key of the label: as model.json names it, or of the closed loop ('death.24h') where the model has one label only. */
  label: string
  manifest: ModelManifest
  /** `site.json`, overlaid by the module's policy. */
  site: Json
  /** The label that a bare number in site.json or model.json speaks of. Default: the model's first. */
  leading?: string
}

/**
 * The probability among people of whom a share `to` has the condition, from one that holds where a share `from` has it:
 * logit p' = logit p + logit(to) - logit(from) (Saerens 2002; specs README section G). It supposes that the sick and the
 * well look as they did in training, and that only their mix differs.
 *
 * @example priorShift(0.5, { from: 0.5, to: 0.1 }) // 0.1
 */
export const priorShift = (p: number, { from, to }: { from: number; to: number }): number =>
  from === to ? p : expit(logit(p) + logit(to) - logit(from))

/** `assumedPrevalence` of the site: a number of the leading label, or an object by label. Undefined when not said. */
export const sitePrevalence = (at: LabelAtSite): number | undefined => ofLabel(at.site['assumedPrevalence'], at)

/** Prevalence in the calibration data: `trainPrevalence` likewise, and `params.prevalences` by label for the others. */
export const trainedPrevalence = (at: LabelAtSite): number | undefined => {
  const { trainPrevalence, params } = at.manifest.calibration
  return ofLabel(trainPrevalence, at) ?? ofLabel(objectOf(params?.['prevalences']), at)
}

export function isLeading({ label, manifest, leading }: LabelAtSite): boolean {
  const keys = manifest.outputs.flatMap(({ labels = [] }) => labels.map(({ key }) => key))
  // A model of one question has no label to confuse, whatever the loop calls it.
  return leading === undefined ? keys.length < 2 || keys[0] === label : leading === label
}

function ofLabel(value: unknown, at: LabelAtSite): number | undefined {
  const found = typeof value === 'number' ? (isLeading(at) ? value : undefined) : objectOf(value)?.[at.label]
  return typeof found === 'number' && found > 0 && found < 1 ? found : undefined
}
