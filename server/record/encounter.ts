import type { Encounter } from '@medplum/fhirtypes'
import type { AdtEvent, VisitClaim } from '../../core/decoded.ts'
import { ownValue } from '../../core/own-value.ts'
import { EXTENSION, extensionOf, withExtension } from './marks.ts'

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
 * was applied only fills what is absent.
 */
export function applyAdt(encounter: Encounter, adt: AdtEvent, visit: VisitClaim | undefined): Encounter {
  const recorded = adt.recordedAt?.instant
  const last = extensionOf(encounter, EXTENSION.lastAdtEvent)?.valueInstant
  const facts = withFacts(encounter, visit)
  if (recorded && last && recorded < last) return facts
  const changed = { ...facts, ...stateAfter(adt, visit, facts) }
  return recorded ? withExtension(changed, { url: EXTENSION.lastAdtEvent, valueInstant: recorded }) : changed
}

function withFacts(encounter: Encounter, visit: VisitClaim | undefined): Encounter {
  const next: Encounter = { ...encounter }
  const known = ownValue(CLASS, visit?.class ?? '')
  if (known && encounter.class.code === 'UNK') next.class = { system: ACT_CODE, ...known }
  if (visit?.admittedAt?.instant && !encounter.period?.start) {
    next.period = { ...encounter.period, start: visit.admittedAt.instant }
  }
  return next
}

function stateAfter(adt: AdtEvent, visit: VisitClaim | undefined, encounter: Encounter): Partial<Encounter> {
  const at = adt.occurredAt?.instant ?? adt.recordedAt?.instant
  const started = { ...encounter.period, start: encounter.period?.start ?? visit?.admittedAt?.instant ?? at }
  const place = movedTo(encounter, visit?.location, at)
  switch (adt.event) {
    case 'A01':
    case 'A04':
      return { status: 'in-progress', period: started, ...place, ...attending(visit) }
    case 'A02':
    case 'A06':
    case 'A07':
    case 'A08':
      return {
        ...place,
        ...attending(visit),
        ...classOf(visit),
        ...(encounter.status === 'unknown' ? { status: 'in-progress' as const } : {})
      }
    case 'A05':
      return { status: 'planned', ...place }
    case 'A03': {
      const end = visit?.dischargedAt?.instant ?? at
      const disposition = visit?.dischargeDisposition
      return {
        status: 'finished',
        period: { ...started, ...(end ? { end } : {}) },
        ...(disposition ? { hospitalization: { dischargeDisposition: { text: disposition } } } : {})
      }
    }
    case 'A11':
      return { status: 'cancelled' }
    case 'A12':
      return { location: withoutLast(encounter.location) }
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

function movedTo(encounter: Encounter, location: string | undefined, at: string | undefined): Partial<Encounter> {
  const list = encounter.location ?? []
  const current = list.at(-1)
  if (!location || current?.location.display === location) return {}
  const closed = list.map((entry, i) =>
    i === list.length - 1
      ? { ...entry, status: 'completed' as const, period: { ...entry.period, ...(at ? { end: at } : {}) } }
      : entry
  )
  return {
    location: [
      ...closed,
      { location: { display: location }, status: 'active', ...(at ? { period: { start: at } } : {}) }
    ]
  }
}

/** Cancel transfer: the place before is the place again. */
function withoutLast(list: Encounter['location']): Encounter['location'] {
  const kept = (list ?? []).slice(0, -1)
  return kept.map((entry, i) => {
    if (i < kept.length - 1) return entry
    const { end: _end, ...period } = entry.period ?? {}
    return { ...entry, status: 'active' as const, period }
  })
}

/** Whether the visit was open at that instant; a cancelled or mistaken one never was. */
export function openAt(encounter: Encounter, instant: string): boolean {
  if (['cancelled', 'entered-in-error', 'planned', 'unknown'].includes(encounter.status)) return false
  const { start, end } = encounter.period ?? {}
  const at = Date.parse(instant)
  return start !== undefined && Date.parse(start) <= at && (end === undefined || at <= Date.parse(end))
}
