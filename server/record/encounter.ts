import type { Encounter } from '@medplum/fhirtypes'
import type { AdtEvent, VisitClaim } from '../../core/decoded.ts'
import { ownValue } from '../../core/own-value.ts'
import { EXTENSION, extensionOf, withExtension } from './marks.ts'
import { chained, placed, unplaced } from './places.ts'

const ACT_CODE = 'http://terminology.hl7.org/CodeSystem/v3-ActCode'

/** PV1-2 (HL7 table 0004) to v3-ActCode; a class that is not in the table stays unknown. */
const CLASS: Record<string, { code: string; display: string }> = {
  I: { code: 'IMP', display: 'inpatient encounter' },
  E: { code: 'EMER', display: 'emergency' },
  O: { code: 'AMB', display: 'ambulatory' },
  R: { code: 'AMB', display: 'ambulatory' },
  P: { code: 'PRENC', display: 'pre-admission' }
}

const UNKNOWN_CLASS = { system: 'http://terminology.hl7.org/CodeSystem/v3-NullFlavor', code: 'UNK', display: 'unknown' }

/** A visit that a message named before any ADT told of it. */
export function provisionalEncounter(
  id: string,
  identifier: { system: string; value: string } | undefined,
  subject: string
): Encounter & { id: string } {
  return {
    resourceType: 'Encounter',
    id,
    ...(identifier ? { identifier: [{ ...identifier, use: 'official' }] } : {}),
    status: 'unknown',
    class: UNKNOWN_CLASS,
    subject: { reference: subject }
  }
}

/**
 * What an ADT event does to the visit (rules section 2; HL7 2.5.1 chapter 3). An event recorded before the last one that
 * was applied only fills what is absent: the admission, and the places of the patient before that.
 */
export function applyAdt(encounter: Encounter, adt: AdtEvent, visit: VisitClaim | undefined): Encounter {
  const recorded = adt.recordedAt?.instant
  const last = extensionOf(encounter, EXTENSION.lastAdtEvent)?.valueInstant
  const facts = withFacts(encounter, adt, visit)
  const isOlder = recorded !== undefined && last !== undefined && recorded < last
  const changed = { ...facts, ...(isOlder ? {} : stateAfter(adt, visit, facts)) }
  const moved = withPlaces(changed, placesAfter(adt, visit, changed))
  return recorded && !isOlder ? withExtension(moved, { url: EXTENSION.lastAdtEvent, valueInstant: recorded }) : moved
}

function withFacts(encounter: Encounter, adt: AdtEvent, visit: VisitClaim | undefined): Encounter {
  const next: Encounter = { ...encounter }
  const known = ownValue(CLASS, visit?.class ?? '')
  if (known && encounter.class.code === 'UNK') next.class = { system: ACT_CODE, ...known }
  const start = visit?.admittedAt?.instant ?? (ADMISSIONS.has(adt.event) ? timeOf(adt, visit) : undefined)
  if (start && !encounter.period?.start) next.period = { ...encounter.period, start }
  return next
}

const ADMISSIONS = new Set(['A01', 'A04'])
/** Events that say where the patient went; the others state at most where the patient is. */
const MOVES = new Set(['A01', 'A02', 'A04', 'A06', 'A07'])
const STATEMENTS = new Set(['A05', 'A08'])

/** When it happened: EVN-6, of an admission PV1-44, else when it was recorded. */
const timeOf = (adt: AdtEvent, visit: VisitClaim | undefined): string | undefined =>
  adt.occurredAt?.instant ??
  (ADMISSIONS.has(adt.event) ? visit?.admittedAt?.instant : undefined) ??
  adt.recordedAt?.instant

function placesAfter(adt: AdtEvent, visit: VisitClaim | undefined, encounter: Encounter): Encounter['location'] {
  const display = visit?.location
  if (adt.event === 'A12') return unplaced(encounter.location, adt.recordedAt?.instant, display)
  const isMove = MOVES.has(adt.event)
  if (!display || !(isMove || STATEMENTS.has(adt.event))) return encounter.location
  const at = timeOf(adt, visit)
  return placed(encounter.location, { display, ...(at === undefined ? {} : { at }), isMove })
}

/** The last place ends with the visit, and is held again when the discharge is cancelled. */
function withPlaces(encounter: Encounter, places: Encounter['location']): Encounter {
  if (!places || places.length === 0) {
    const { location: _none, ...rest } = encounter
    return rest
  }
  const end = encounter.status === 'finished' ? encounter.period?.end : undefined
  return { ...encounter, location: chained(places, end) }
}

function stateAfter(adt: AdtEvent, visit: VisitClaim | undefined, encounter: Encounter): Partial<Encounter> {
  const at = adt.occurredAt?.instant ?? adt.recordedAt?.instant
  switch (adt.event) {
    case 'A01':
    case 'A04':
      return { status: 'in-progress', ...attending(visit) }
    case 'A02':
    case 'A06':
    case 'A07':
    case 'A08':
      return {
        ...attending(visit),
        ...classOf(visit),
        ...(encounter.status === 'unknown' ? { status: 'in-progress' as const } : {})
      }
    case 'A05':
      return { status: 'planned' }
    case 'A03': {
      const end = visit?.dischargedAt?.instant ?? at
      const disposition = visit?.dischargeDisposition
      return {
        status: 'finished',
        period: { ...encounter.period, ...(end ? { end } : {}) },
        ...(disposition ? { hospitalization: { dischargeDisposition: { text: disposition } } } : {})
      }
    }
    case 'A11':
      return { status: 'cancelled' }
    case 'A13': {
      const { end: _end, ...period } = encounter.period ?? {}
      return { status: 'in-progress', period, hospitalization: undefined }
    }
    case 'A23':
      return { status: 'entered-in-error' }
    default:
      return {}
  }
}

const classOf = (visit: VisitClaim | undefined): Partial<Encounter> => {
  const known = ownValue(CLASS, visit?.class ?? '')
  return known ? { class: { system: ACT_CODE, ...known } } : {}
}

const attending = (visit: VisitClaim | undefined): Partial<Encounter> =>
  visit?.attending ? { participant: [{ individual: { display: visit.attending } }] } : {}

/** Whether the visit was open at that instant; a cancelled or mistaken one never was. */
export function openAt(encounter: Encounter, instant: string): boolean {
  if (['cancelled', 'entered-in-error', 'planned', 'unknown'].includes(encounter.status)) return false
  const { start, end } = encounter.period ?? {}
  const at = Date.parse(instant)
  return start !== undefined && Date.parse(start) <= at && (end === undefined || at <= Date.parse(end))
}
