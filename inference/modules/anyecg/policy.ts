import { AppError } from '../../../core/errors/app-error.ts'
import { objectOf } from '../../decision/site-json.ts'

type Json = Record<string, unknown>

/** What a label must have shown on data that the model had not seen, before it is shown to anybody (specs 04 section 7). */
export interface Floor {
  /** Lower bound of the gain over age and sex must lie above this. */
  gainLow: number
  auroc: number
  /** At most. */
  ece: number
  positives: number
  /** At most; a gap that could not be assessed does not count against a label. */
  subgroupGap: number
}

export const FLOOR: Floor = Object.freeze({ gainLow: 0, auroc: 0.7, ece: 0.05, positives: 30, subgroupGap: 0.1 })
/** For these a higher figure is the stricter one. */
const RISING: readonly (keyof Floor)[] = ['gainLow', 'auroc', 'positives']
const HIGHEST: Floor = { gainLow: 1, auroc: 1, ece: 1, positives: 1e9, subgroupGap: 1 }

export interface ArmedLabel {
  label: string
  /** Probability from which an alert is raised. */
  from: number
  /** Of the cumulative risk by then, years; absent: now. */
  years?: number
}

export interface Settings {
  trigger: 'ordered' | 'every'
  floor: Floor
  showSimulatedLabels: boolean
  /** Labels without a reliability row are shown all the same, on this person's word. */
  showWithoutReliability: boolean
  /** Shown labels that are explained by occlusion. */
  explain: number
  /** Suggested tests become a proposal (ServiceRequest, intent proposal) as well as words. */
  proposals: boolean
  alerts: ArmedLabel[]
}

const MAX_EXPLAINED = 5
const MAX_ALERTS = 100

/**
 * @throws AppError CONFIG_INVALID at the key that is wrong; reason `approver` where the floor is loosened, or labels without
 *   reliability are shown, and nobody is named for it
 */
export function settingsOf(policy: Json): Settings {
  return {
    trigger: oneOf(policy['trigger'] ?? 'ordered', ['ordered', 'every'] as const, 'trigger'),
    floor: floorOf(policy['floor']),
    showSimulatedLabels: flag(policy['showSimulatedLabels'], 'showSimulatedLabels'),
    showWithoutReliability: withoutReliability(policy['showWithoutReliability']),
    explain: whole(policy['explain'] ?? 0, MAX_EXPLAINED, 'explain'),
    proposals: flag(policy['proposals'], 'proposals'),
    alerts: alertsOf(policy['alerts'])
  }
}

function floorOf(given: unknown): Floor {
  if (given === undefined) return FLOOR
  const object = objectOf(given)
  if (!object) throw wrong('floor')
  const { approvedBy, ...limits } = object
  const floor: Floor = { ...FLOOR }
  for (const [name, value] of Object.entries(limits)) {
    if (!Object.hasOwn(FLOOR, name)) throw wrong(`floor.${name}`, 'unknown-key')
    const key = name as keyof Floor
    if (typeof value !== 'number' || !(value >= 0 && value <= HIGHEST[key])) throw wrong(`floor.${name}`)
    const isLooser = RISING.includes(key) ? value < FLOOR[key] : value > FLOOR[key]
    if (isLooser && !isName(approvedBy)) throw wrong(`floor.${name}`, 'approver')
    floor[key] = value
  }
  return floor
}

function withoutReliability(given: unknown): boolean {
  if (given === undefined) return false
  if (!isName(objectOf(given)?.['approvedBy'])) throw wrong('showWithoutReliability', 'approver')
  return true
}

function alertsOf(given: unknown): ArmedLabel[] {
  if (given === undefined) return []
  if (!Array.isArray(given) || given.length > MAX_ALERTS) throw wrong('alerts')
  return given.map((one: unknown, i) => {
    const { label, from, years, ...rest } = objectOf(one) ?? {}
    const isWrong =
      !isName(label) ||
      typeof from !== 'number' ||
      !(from > 0 && from <= 1) ||
      Object.keys(rest).length > 0 ||
      (years !== undefined && !isYears(years))
    if (isWrong) throw wrong(`alerts.${i}`)
    return { label: label as string, from: from as number, ...(years === undefined ? {} : { years: years as number }) }
  })
}

const isYears = (value: unknown): boolean => value === 1 || value === 5 || value === 10
const isName = (value: unknown): boolean => typeof value === 'string' && value.trim() !== ''

function oneOf<T extends string>(value: unknown, allowed: readonly T[], at: string): T {
  const found = allowed.find((one) => one === value)
  if (found === undefined) throw wrong(at)
  return found
}

function flag(value: unknown, at: string): boolean {
  if (value !== undefined && typeof value !== 'boolean') throw wrong(at)
  return value === true
}

function whole(value: unknown, most: number, at: string): number {
  if (!Number.isInteger(value) || (value as number) < 0 || (value as number) > most) throw wrong(at)
  return value as number
}

const wrong = (at: string, reason = 'value'): AppError =>
  new AppError('CONFIG_INVALID', { at: `modules.anyecg.policy.${at}`, reason })
