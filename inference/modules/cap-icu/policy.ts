import { AppError } from '../../../core/errors/app-error.ts'
import { CODE_SYSTEM, SYSTEM } from '../../../fhir-profiles/index.ts'
import type { WardRule } from '../../record/icu-stay.ts'
import { type OrderTiming, orderTimingOf } from '../../record/times.ts'
import { MOMENT_HOURS } from './stay/moment.ts'
import type { UnitKind } from './types.ts'
import { isVariable } from './values/variables.ts'

export interface SiteCode {
  system: string
  code: string
}

/** What a site decides about stays and values, in `modules.cap-icu.policy`. Predictor, flips and bank are read beside their use. */
export interface StayPolicy {
  wards: WardRule<UnitKind>[]
  /** Hours after admission at which an estimate is made; the models know 24 and 48. */
  moments: number[]
  /** A return within these hours continues the stay. */
  gapHours: number
  /** PV1-36 (and Encounter.hospitalization.dischargeDisposition) that mean death. */
  deathDispositions: string[]
  /** Code status "comfort only": as code or value of an Observation, or code of a Condition, Procedure or ServiceRequest. */
  comfortCare: SiteCode[]
  /** Consent that denies use by AI: a denying provision with one of these as action, purpose or code, or a category. */
  aiConsent: SiteCode[]
  /** Observation codes of the site for a variable: for what has no public code (ventilation) or was not mapped at ingest. */
  observationCodes: { variable: string; system: string; code: string }[]
  /** Whether a recorded race enters the input, for audit and retrieval only. */
  recordRace: boolean
  /** How long an order waits for an admission to intensive care. */
  timing: OrderTiming
}

const UNIT_KINDS: readonly UnitKind[] = ['coronary', 'cardiac-surgery', 'medical', 'surgical']

/**
 * SNOMED CT: comfort measures, terminal care, dying care, hospice care. To confirm: taken from what quality measures call
 * comfort measures, not read in a SNOMED CT release; a site sets its own.
 */
const COMFORT_CARE: readonly SiteCode[] = ['133918004', '182964004', '385736008', '385763009'].map((code) => ({
  system: SYSTEM.snomed,
  code
}))

const AI_CONSENT: readonly SiteCode[] = [{ system: CODE_SYSTEM.concepts, code: 'ai-use' }]

/** US discharge status (UB-04): expired, expired at home, in a facility, place unknown. A site sets its own PV1-36 table. */
const DEATH_DISPOSITIONS: readonly string[] = ['20', '40', '41', '42']

/**
 * The policy of stays: the defaults, overridden by what the site configured.
 *
 * @throws AppError CONFIG_INVALID with the place: reason `value`
 * @example stayPolicyOf({ wards: [{ match: 'ICU*', kind: 'medical' }] }).moments // [24, 48]
 */
export function stayPolicyOf(policy: Record<string, unknown>): StayPolicy {
  return {
    wards: listOf(policy, 'wards', wardRule, [{ match: 'ICU' }]),
    moments: listOf(policy, 'moments', moment, [24, 48]),
    gapHours: numberOf(policy, 'gapHours', 0, 168, 6),
    deathDispositions: listOf(policy, 'deathDispositions', text, [...DEATH_DISPOSITIONS]),
    comfortCare: listOf(policy, 'comfortCare', siteCode, [...COMFORT_CARE]),
    aiConsent: listOf(policy, 'aiConsent', siteCode, [...AI_CONSENT]),
    observationCodes: listOf(policy, 'observationCodes', variableCode, []),
    recordRace: flagOf(policy, 'recordRace', true),
    timing: orderTimingOf(policy)
  }
}

/** Is what the site configured about stays possible? @throws AppError CONFIG_INVALID with the place */
export function checkPolicy(policy: Record<string, unknown>): void {
  stayPolicyOf(policy)
}

const MAX_ITEMS = 200

function listOf<T>(
  policy: Record<string, unknown>,
  key: string,
  read: (value: unknown, at: string) => T,
  fallback: T[]
): T[] {
  const given = policy[key]
  if (given === undefined) return fallback
  if (!Array.isArray(given) || given.length > MAX_ITEMS) throw invalid(key)
  return given.map((value: unknown, i) => read(value, `${key}.${i}`))
}

function wardRule(value: unknown, at: string): WardRule<UnitKind> {
  const rule = recordOf(value, at)
  const { kind } = rule
  if (kind !== undefined && !UNIT_KINDS.some((known) => known === kind)) throw invalid(`${at}.kind`)
  const match = text(rule['match'], `${at}.match`)
  return { match, ...(kind === undefined ? {} : { kind: kind as UnitKind }) }
}

function moment(value: unknown, at: string): number {
  if (typeof value !== 'number' || !MOMENT_HOURS.includes(value)) throw invalid(at)
  return value
}

function siteCode(value: unknown, at: string): SiteCode {
  const { system, code } = recordOf(value, at)
  return { system: text(system, `${at}.system`), code: text(code, `${at}.code`) }
}

function variableCode(value: unknown, at: string): StayPolicy['observationCodes'][number] {
  const variable = text(recordOf(value, at)['variable'], `${at}.variable`)
  if (!isVariable(variable)) throw invalid(`${at}.variable`)
  return { ...siteCode(value, at), variable }
}

function text(value: unknown, at: string): string {
  if (typeof value !== 'string' || value.trim() === '' || value.length > 200) throw invalid(at)
  return value
}

function numberOf(policy: Record<string, unknown>, key: string, low: number, high: number, fallback: number): number {
  const given = policy[key]
  if (given === undefined) return fallback
  if (typeof given !== 'number' || !(given >= low && given <= high)) throw invalid(key)
  return given
}

function flagOf(policy: Record<string, unknown>, key: string, fallback: boolean): boolean {
  const given = policy[key]
  if (given !== undefined && typeof given !== 'boolean') throw invalid(key)
  return given ?? fallback
}

function recordOf(value: unknown, at: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(at)
  return value as Record<string, unknown>
}

const invalid = (at: string): AppError =>
  new AppError('CONFIG_INVALID', { at: `modules.cap-icu.policy.${at}`, reason: 'value' })
