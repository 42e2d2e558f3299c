import type { Observation } from '@medplum/fhirtypes'
import { AppError } from '../../../core/errors/app-error.ts'
import type { AlertDecision } from '../../../core/inference-module.ts'
import type { LeadingResult } from '../../../core/leading-result.ts'
import type { RecordReader } from '../../../core/record.ts'
import { HIS, hasCoding, PROFILE } from '../../../fhir-profiles/index.ts'
import { definitionOf } from './features/catalogue.ts'
import { FORMULA, featureCodings, localCoding } from './to-fhir/codes.ts'

/** What the site armed; nothing by default (specs 01 section 6). */
export interface ArmedAlerts {
  /** ms; by two formulas and in two leads. */
  qtcAtLeast?: number
  /** ms more than on the earlier tracing, and beyond the reference change value. */
  qrsWideningAtLeast?: number
  /** QTc by Fridericia beyond its reference change value. */
  qtcChange?: boolean
}

const FORMULAS_NEEDED = 2
const LEADS_NEEDED = 2

/** @throws AppError CONFIG_INVALID for a rule that is none, or a limit that is no length of time */
export function armedAlerts(policy: Record<string, unknown>): ArmedAlerts {
  const given = (policy['alerts'] ?? {}) as Record<string, unknown>
  if (typeof given !== 'object' || Array.isArray(given)) throw invalid('')
  for (const [name, value] of Object.entries(given)) {
    const isLimit = (name === 'qtcAtLeast' || name === 'qrsWideningAtLeast') && typeof value === 'number' && value > 0
    if (!isLimit && !(name === 'qtcChange' && typeof value === 'boolean')) throw invalid(`.${name}`)
  }
  return given
}

const invalid = (at: string): AppError =>
  new AppError('CONFIG_INVALID', { at: `modules.ecgomics.policy.alerts${at}`, reason: 'value' })

/** Does the stored panel call for an alert that the site armed? The first rule that holds, the most urgent first. */
export async function alert(
  result: LeadingResult,
  record: RecordReader,
  policy: Record<string, unknown>
): Promise<AlertDecision | undefined> {
  const armed = armedAlerts(policy)
  if (Object.keys(armed).length === 0 || result.resourceType !== 'Observation') return undefined
  if (['cancelled', 'entered-in-error'].includes(result.status)) return undefined
  const read = await Promise.all(
    (result.hasMember ?? []).map(({ reference }) => record.read<Observation>(reference ?? ''))
  )
  const members = read.filter((member) => member !== undefined)
  const { qtcAtLeast, qrsWideningAtLeast, qtcChange } = armed
  if (qtcAtLeast !== undefined && isQtcLong(members, qtcAtLeast)) {
    const text = `QTc of ${qtcAtLeast} ms or more by two formulas and in two leads: confirm by hand measurement.`
    return { raise: true, band: 'qtc-long', rank: 2, text }
  }
  const qrs = changeOf(members, 'qrs.duration')
  if (qrsWideningAtLeast !== undefined && isChanged(qrs) && (qrs?.valueQuantity?.value ?? 0) >= qrsWideningAtLeast) {
    const text = `QRS wider by ${qrsWideningAtLeast} ms or more than on the same person's earlier tracing.`
    return { raise: true, band: 'qrs-wider', rank: 1, text }
  }
  if (qtcChange && isChanged(changeOf(members, 'qt.fridericia'))) {
    const text = "QTc differs from the same person's earlier tracing beyond the reference change value."
    return { raise: true, band: 'qtc-changed', rank: 1, text }
  }
  return undefined
}

/** By two formulas; and in two leads, each lead's QT corrected as Fridericia corrects the whole. */
function isQtcLong(members: readonly Observation[], limit: number): boolean {
  const quantityNamed = (id: string): number | undefined => measured(members, id)?.valueQuantity?.value
  const corrected = Object.keys(FORMULA).map(quantityNamed)
  if (corrected.filter((value) => value !== undefined && value >= limit).length < FORMULAS_NEEDED) return false
  const [qt, fridericia] = [quantityNamed('qt.interval'), quantityNamed('qt.fridericia')]
  if (!qt || !fridericia) return false
  const { code } = localCoding('qt.lead')
  const leads = members
    .flatMap(({ component }) => component ?? [])
    .filter((component) => component.code?.coding?.some((coding) => coding.code === code))
    .filter(({ valueQuantity }) => (valueQuantity?.value ?? 0) * (fridericia / qt) >= limit)
  return leads.length >= LEADS_NEEDED
}

/** The Observation of one quantity: by its code, and by the formula where several share a code. */
const measured = (members: readonly Observation[], id: string): Observation | undefined =>
  members.find((member) => hasProfile(member, PROFILE.ecgMeasurement) && !member.component && isAbout(member, id))

const changeOf = (members: readonly Observation[], id: string): Observation | undefined =>
  members.find((member) => hasProfile(member, PROFILE.ecgChange) && isAbout(member, id))

function isAbout(member: Observation, id: string): boolean {
  const wanted = featureCodings(definitionOf(id))[0]!
  const formula = FORMULA[id]
  const isCoded = hasCoding(member.code, wanted)
  return isCoded && (!formula || hasProfile(member, PROFILE.ecgChange) || hasCoding(member.method, formula))
}

const isChanged = (change: Observation | undefined): boolean =>
  change?.interpretation?.some((interpretation) => hasCoding(interpretation, HIS['ecg-changed'])) ?? false

const hasProfile = (member: Observation, profile: string): boolean => (member.meta?.profile ?? []).includes(profile)
