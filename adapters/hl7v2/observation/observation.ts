import type { Observation, Provenance } from '@medplum/fhirtypes'
import { type DecodedResource, ENCOUNTER, keyReference, SUBJECT } from '../../../core/decoded.ts'
import { ABSENT, CATEGORY, PARTICIPANT, SYSTEM, VITAL_SIGN_CODES } from '../../../fhir-profiles/index.ts'
import { sent } from '../claims/identifiers.ts'
import { personText } from '../claims/visit.ts'
import type { Hl7Segment } from '../message.ts'
import { businessKey, type OrderIdentity, uniqueKey } from './business-key.ts'
import { conceptAsSent, triplets } from './coded-element.ts'
import { collectionTime, effectiveOf } from './collection-time.ts'
import { saysHaemolysed } from './haemolysis.ts'
import { interpretations, referenceRange } from './interpretation.ts'
import { conceptOf, HAEMOLYSED, REJECTED } from './local-concepts.ts'
import type { MessageContext } from './message-context.ts'
import type { ObservationGroup, OrderGroup } from './message-groups.ts'
import { type ObservationCode, observationCode } from './observation-code.ts'
import { asComponents, numberWithComparator, type ObservedValue, observedValue } from './observed-value.ts'
import { isPotassium, potassiumValue, withheldReason } from './potassium.ts'
import { isKnownStatus, type ResultAction, resultAction } from './result-status.ts'
import type { SpecimenKind } from './specimen-kind.ts'
import { type Unit, unitOf } from './unit.ts'

/** What all observations of one order share. */
export interface OrderFacts {
  order: OrderGroup
  identity: OrderIdentity
  specimen: SpecimenKind
  isHaemolysed: boolean
  /** SPM-21 holds a reason other than haemolysis. */
  isRejected: boolean
  /** Business keys of the specimens, the first is referred to. */
  specimenKeys: string[]
}

/**
 * One OBX as an Observation with what OBX-11 asks of it; [] for OBX-11 `N` and for an OBX without identifier.
 *
 * Key: 'obs|<authority>|<order number>|<OBX-3.1>^<OBX-3.3>|<OBX-4>' (design section 3b); a key that repeats within the
 * message gets '#2', '#3' ... OBX-11 `V` yields a Provenance of the verifier instead ('verified|<obs key>|<control id>').
 * Potassium by rules section 7: see potassium.ts and haemolysis.ts.
 */
export function observationResources(
  group: ObservationGroup,
  facts: OrderFacts,
  context: MessageContext
): DecodedResource[] {
  const { obx } = group
  const code = observationCode(obx, facts.specimen, context)
  if (!code) {
    context.notes.push({ code: 'content-ignored', at: context.at(obx, 3) })
    return []
  }
  const key = uniqueKey(observationKey(obx, facts.identity), context)
  const action = resultAction(obx.get(11), facts.order.obr?.get(25) ?? '')
  if (!isKnownStatus(obx.get(11))) context.notes.push({ code: 'leniency', at: context.at(obx, 11) })
  if (action.kind === 'none') return []
  if (action.kind === 'verify') return verifierProvenance(obx, key, facts, context)
  const value = readValue(obx, code, facts, context)
  const isRetracting = action.status === 'corrected' && isRetraction(obx, code, value.raw)
  const status = isRetracting ? 'entered-in-error' : action.status
  const isBloodPotassium = isPotassium(code.code)
  const time = collectionTime(obx, facts.order, context)
  const resource: Observation = {
    resourceType: 'Observation',
    status,
    category: [conceptOf(isVitalSign(code.code) ? CATEGORY.vitalSigns : CATEGORY.laboratory)],
    code: code.code,
    subject: { reference: SUBJECT },
    encounter: { reference: ENCOUNTER },
    ...effectiveOf(time),
    ...descriptive(group, facts, value, context),
    ...(facts.specimenKeys[0] ? { specimen: { reference: keyReference(facts.specimenKeys[0]) } } : {}),
    ...contentOf(value, action)
  }
  const flags = interpretations(obx)
  if (isBloodPotassium && facts.isRejected) flags.unshift(structuredClone(REJECTED))
  if (isBloodPotassium && (facts.isHaemolysed || saysHaemolysed(obx))) flags.unshift(structuredClone(HAEMOLYSED))
  if (flags.length > 0) resource.interpretation = flags
  if (isBloodPotassium && isRetracting) resource.dataAbsentReason = withheldReason('value-taken-back')
  // What stands in place of a potassium is a reason to screen, and written; of others only the status changes.
  const isStatusOnly = action.kind === 'status' || (isRetracting && !isBloodPotassium)
  return [{ businessKey: key, resource, mode: isStatusOnly ? 'status' : 'replace' }]
}

/**
 * The ordered potassium that will not come: OBR-25 `X` with no OBX under it, where OBR-4 is a potassium (by the site's map or
 * LOINC). Under the key that its OBX would have.
 */
export function cancelledPotassium(facts: OrderFacts, context: MessageContext): DecodedResource[] {
  const { order, identity } = facts
  const { obr } = order
  if (!obr || order.observations.length > 0 || obr.get(25).trim().toUpperCase() !== 'X') return []
  const quiet = { ...context, notes: [] }
  const code = observationCode(obr, facts.specimen, quiet, 4)
  if (!code || !isPotassium(code.code)) return []
  const first = triplets(obr, 4)[0]
  const issued = context.clock(obr.get(22))?.instant
  const resource: Observation = {
    resourceType: 'Observation',
    status: 'cancelled',
    category: [conceptOf(CATEGORY.laboratory)],
    code: code.code,
    subject: { reference: SUBJECT },
    encounter: { reference: ENCOUNTER },
    ...effectiveOf(collectionTime(undefined, order, quiet)),
    ...(issued ? { issued } : {}),
    ...(facts.isHaemolysed
      ? { interpretation: [structuredClone(HAEMOLYSED)] }
      : facts.isRejected
        ? { interpretation: [structuredClone(REJECTED)] }
        : {}),
    dataAbsentReason: withheldReason('no-value')
  }
  const key = businessKey('obs', identity.authority, identity.number, `${first?.code ?? ''}^${first?.system ?? ''}`, '')
  return [{ businessKey: uniqueKey(key, context), resource, mode: 'status' }]
}

/** What monitors and charts send comes in the same message as laboratory values do. */
const isVitalSign = (code: Observation['code']): boolean =>
  code.coding?.some((one) => one.system === SYSTEM.loinc && VITAL_SIGN_CODES.includes(one.code ?? '')) ?? false

/** 'obs|<authority>|<number>|<code>^<system>|<sub-id>' of an OBX. */
export function observationKey(obx: Hl7Segment, identity: OrderIdentity): string {
  const first = triplets(obx, 3)[0]
  const code = `${first?.code ?? obx.get(3, 2).trim()}^${first?.system ?? ''}`
  return businessKey('obs', identity.authority, identity.number, code, obx.get(4).trim())
}

interface ReadValue {
  unit: Unit
  raw?: ObservedValue
  usable?: ObservedValue
  components?: ObservedValue[]
  absent?: Observation['dataAbsentReason']
  code: Observation['code']
  /** True when mg/dL was converted. */
  isConverted?: boolean
}

function readValue(obx: Hl7Segment, code: ObservationCode, facts: OrderFacts, context: MessageContext): ReadValue {
  const unit = unitOf(obx, context)
  const read = observedValue(obx, unit, context)
  const isNumeric = read?.value?.valueQuantity !== undefined
  const base = { unit, code: code.code, raw: read?.value }
  if (isPotassium(code.code) && !read?.components) {
    const potassium = potassiumValue(read?.value, { unit, isMassCode: code.isMassCode, specimen: facts.specimen })
    if (potassium.kind === 'value') return { ...base, usable: potassium.value, isConverted: code.isMassCode }
    if (potassium.reason !== 'no-value') {
      const isUnit = potassium.reason !== 'specimen-mismatch'
      context.notes.push({ code: isUnit ? 'unit-unmapped' : 'code-unmapped', at: context.at(obx, isUnit ? 6 : 3) })
    }
    return { ...base, absent: withheldReason(potassium.reason) }
  }
  if (isNumeric && unit.kind === 'unknown') {
    const coded = { system: 'OBX-6', code: unit.text }
    context.notes.push({ code: 'unit-unmapped', at: context.at(obx, 6), coded })
  }
  if (!read) {
    if (obx.repetitions(5) > 0 && !obx.isDelete(5)) {
      context.notes.push({ code: 'content-ignored', at: context.at(obx, 5) })
    }
    return {
      ...base,
      absent: conceptOf(obx.repetitions(5) > 0 && !obx.isDelete(5) ? ABSENT.unsupported : ABSENT.unknown)
    }
  }
  return { ...base, usable: read.value, components: read.components }
}

/** value[x], components or dataAbsentReason; OBX-11 I and O assert that there is no value yet. */
function contentOf(value: ReadValue, action: ResultAction): Partial<Observation> {
  if (action.kind === 'assert' && action.withoutValue) return {}
  if (value.absent) return { dataAbsentReason: value.absent }
  if (value.components) return { component: asComponents(value.components, value.code) }
  return value.usable ?? {}
}

/**
 * OBX-11 `C` whose OBX-5 is no number where a number belongs ('HEMOLYZED', 'TNP') takes the earlier value back (rules
 * section 8). A number belongs where OBX-2 is NM or SN, a unit stands in OBX-6, or the code is potassium.
 */
function isRetraction(obx: Hl7Segment, { code }: ObservationCode, raw: ObservedValue | undefined): boolean {
  const type = obx.get(2).trim().toUpperCase()
  const isQuantitative = type === 'NM' || type === 'SN' || sent(obx.get(6)) !== undefined || isPotassium(code)
  if (!isQuantitative) return false
  if (raw?.valueQuantity || raw?.valueRange || raw?.valueRatio) return false
  return !(raw?.valueString && numberWithComparator(raw.valueString))
}

function descriptive(
  { obx, notes }: ObservationGroup,
  facts: OrderFacts,
  value: ReadValue,
  context: MessageContext
): Partial<Observation> {
  const issued = context.clock(facts.order.obr?.get(22) ?? '')?.instant
  const performer = personText(obx, 16) ?? sent(obx.get(15, 2)) ?? sent(obx.get(15)) ?? context.facility
  const method = conceptAsSent(obx, 17, context)
  const range = referenceRange(obx, value.unit)
  const texts = notes.map((nte) => sent(nte.text(3))).filter((text) => text !== undefined)
  const asSent = textAsSent(obx, value)
  return {
    ...(issued ? { issued } : {}),
    performer: [{ display: performer }],
    ...(method ? { method } : {}),
    ...(range.length > 0 ? { referenceRange: range } : {}),
    ...(texts.length > 0 || asSent ? { note: [...texts, ...(asSent ? [asSent] : [])].map((text) => ({ text })) } : {})
  }
}

/** OBX-5 and OBX-6 as sent, for people to read, where the value was withheld or converted: nothing is lost. */
function textAsSent(obx: Hl7Segment, value: ReadValue): string | undefined {
  const sentAs = `${obx.text(5)} ${obx.text(6)}`.trim()
  const isChanged = value.absent !== undefined || value.isConverted
  return isChanged && sent(obx.get(5)) ? `As sent: ${sentAs}`.slice(0, 500) : undefined
}

/** OBX-11 `V`: the value and status stay, a verifier is recorded. Its target is whatever is stored under the key. */
function verifierProvenance(
  obx: Hl7Segment,
  key: string,
  facts: OrderFacts,
  context: MessageContext
): DecodedResource[] {
  const times = [facts.order.obr?.get(22), obx.get(19), obx.get(14)].map((text) => context.clock(text ?? '')?.instant)
  const recorded = times.find((instant) => instant !== undefined) ?? context.messageTime?.instant
  if (!recorded) {
    context.notes.push({ code: 'content-ignored', at: context.at(obx, 11) })
    return []
  }
  const resource: Provenance = {
    resourceType: 'Provenance',
    target: [{ reference: keyReference(key) }],
    recorded,
    agent: [{ type: conceptOf(PARTICIPANT.verifier), who: { display: personText(obx, 16) ?? context.facility } }]
  }
  return [{ businessKey: `verified|${key}|${businessKey(context.message.controlId)}`, resource, mode: 'replace' }]
}
