import { AppError } from '../../../core/errors/app-error.ts'
import { defineSection } from './section.ts'

/** What the numbers of a score mean. Only probabilities and percentages have a calibration. */
export type ScoreScale =
  | { kind: 'probability' }
  | { kind: 'percent' }
  /** Points from `min` to `max`; more points, more likely. */
  | { kind: 'points'; min: number; max: number }

/** A score of another system that arrives as an Observation and is judged by the same closed loop as our modules. */
export interface ScoreConfig {
  /** Lower-case words with hyphens: 'vendor-ews'; it is known to reports as 'score:vendor-ews'. */
  id: string
  title: string
  /** Of the Observation as it is stored: after the feed's code map. */
  code: { system: string; code: string }
  scale: ScoreScale
  /** Whose truth judges it: a label of the closed loop of one of our modules. */
  truth: { module: string; label: string }
  /** The site's cut, in the terms of the scale (percent: 0 to 100): at or above is positive. */
  threshold?: number
  /** From which truths the first is taken; absent: as the module has it. */
  window?: { beforeHours: number; afterHours: number } | 'encounter'
}

const KEYS = ['id', 'title', 'code', 'scale', 'truth', 'threshold', 'window']

export const scores = defineSection<ScoreConfig[]>([], [], (given) => {
  if (!Array.isArray(given)) refuse('scores', 'not-a-list')
  const seen = new Set<string>()
  for (const [i, score] of given.entries()) {
    const at = `scores[${i}]`
    checkScore(score, at)
    if (seen.has(score.id)) refuse(`${at}.id`, 'used-twice')
    seen.add(score.id)
    const twin = given.findIndex(({ code }) => code.system === score.code.system && code.code === score.code.code)
    // One Observation is one prediction of one source.
    if (twin < i) refuse(`${at}.code`, 'used-twice')
  }
  return given
})

function checkScore(score: ScoreConfig, at: string): void {
  onlyKeys(score, KEYS, at)
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(text(score.id, `${at}.id`))) refuse(`${at}.id`, 'value')
  text(score.title, `${at}.title`)
  onlyKeys(score.code, ['system', 'code'], `${at}.code`)
  text(score.code.system, `${at}.code.system`)
  text(score.code.code, `${at}.code.code`)
  onlyKeys(score.truth, ['module', 'label'], `${at}.truth`)
  text(score.truth.module, `${at}.truth.module`)
  text(score.truth.label, `${at}.truth.label`)
  checkScale(score.scale, `${at}.scale`)
  const { threshold, window } = score
  if (threshold !== undefined && !(Number.isFinite(threshold) && isOnScale(threshold, score.scale)))
    refuse(`${at}.threshold`, 'value')
  if (window !== undefined && window !== 'encounter') checkWindow(window, `${at}.window`)
}

function checkScale(scale: ScoreScale, at: string): void {
  onlyKeys(scale, scale?.kind === 'points' ? ['kind', 'min', 'max'] : ['kind'], at)
  if (!['probability', 'percent', 'points'].includes(scale.kind)) refuse(`${at}.kind`, 'value')
  if (scale.kind !== 'points') return
  for (const bound of ['min', 'max'] as const) if (!Number.isFinite(scale[bound])) refuse(`${at}.${bound}`, 'required')
  if (scale.min >= scale.max) refuse(`${at}.max`, 'value')
}

function checkWindow(window: { beforeHours: number; afterHours: number }, at: string): void {
  onlyKeys(window, ['beforeHours', 'afterHours'], at)
  for (const key of ['beforeHours', 'afterHours'] as const)
    if (!(Number.isFinite(window[key]) && window[key] >= 0)) refuse(`${at}.${key}`, 'value')
}

/** Lowest and highest number that a scale knows. */
export const boundsOf = (scale: ScoreScale): [number, number] =>
  scale.kind === 'points' ? [scale.min, scale.max] : scale.kind === 'percent' ? [0, 100] : [0, 1]

export function isOnScale(value: number, scale: ScoreScale): boolean {
  const [low, high] = boundsOf(scale)
  return value >= low && value <= high
}

function onlyKeys(item: unknown, keys: readonly string[], at: string): void {
  if (typeof item !== 'object' || item === null || Array.isArray(item))
    refuse(at, item === undefined ? 'required' : 'not-an-object')
  for (const key of Object.keys(item)) if (!keys.includes(key)) refuse(`${at}.${key}`, 'unknown-key')
}

function text(value: unknown, at: string): string {
  if (typeof value !== 'string' || value === '') refuse(at, 'required')
  return value
}

function refuse(at: string, reason: string): never {
  throw new AppError('CONFIG_INVALID', { at, reason })
}
