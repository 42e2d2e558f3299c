import type { Patient, Resource } from '@medplum/fhirtypes'
import { emptyGroup, type PatientGroup } from '../../../core/decoded.ts'
import { ecgWaveform, isEcg } from './ecg-waveform.ts'
import type { Entry } from './entries.ts'
import { type NamedPatient, patientOf, targetsOf, withReferences } from './references.ts'
import { authorityOf, claimOf, serverAuthority } from './subject-claim.ts'

/** Types that belong to nobody: they go with the first group. Anything else without a patient is unidentified. */
const SHARED_TYPES: ReadonlySet<string> = new Set(
  'Organization Practitioner PractitionerRole Location HealthcareService Endpoint Medication Substance Device Provenance'.split(
    ' '
  )
)

/**
 * Entries by patient: one group a Patient of the bundle, one for each patient that is only referred to, resources of
 * nobody (Organization, Practitioner ...) with the first group, and last, without subject, what should have a patient and
 * names none that can be told: it is never given to whoever stands beside it.
 */
export function patientGroups(entries: readonly Entry[], feed: string): PatientGroup[] {
  const targets = targetsOf(entries)
  const groups = new Map<string, { patient: NamedPatient; group: PatientGroup }>()
  const groupOf = (patient: NamedPatient): PatientGroup => {
    const known = groups.get(patient.key)
    if (known) return known.group
    const group: PatientGroup = {
      ...emptyGroup(),
      ...(patient.identifier ? { subject: claimBy(patient.identifier, feed) } : {})
    }
    groups.set(patient.key, { patient, group })
    return group
  }
  for (const { resource, businessKey } of entries) {
    if (resource.resourceType === 'Patient') groupOf({ key: businessKey }).subject = claimOf(resource as Patient, feed)
  }
  const unowned: Entry[] = []
  for (const entry of entries) {
    if (entry.resource.resourceType === 'Patient') continue
    const patient = patientOf(entry.resource, targets)
    if (patient) put(entry, groupOf(patient), { targets, patient, feed })
    else unowned.push(entry)
  }
  const isShared = ({ resource }: Entry): boolean => SHARED_TYPES.has(resource.resourceType)
  const first = [...groups.values()][0] ?? { patient: undefined, group: emptyGroup() }
  const shared = emptyGroup()
  for (const entry of unowned.filter(isShared)) put(entry, shared, { targets, patient: first.patient, feed })
  // What others refer to is written before them.
  first.group.resources.unshift(...shared.resources)
  const unidentified = emptyGroup()
  for (const entry of unowned.filter((one) => !isShared(one))) put(entry, unidentified, { targets, feed })
  const hasUnidentified = unidentified.resources.length + unidentified.waveforms.length > 0
  const known = groups.size > 0 || shared.resources.length > 0 ? [first.group] : []
  const rest = [...groups.values()].slice(1).map(({ group }) => group)
  return [...known, ...rest, ...(hasUnidentified ? [unidentified] : [])]
}

function put(entry: Entry, group: PatientGroup, context: Parameters<typeof withReferences>[1]): void {
  const { resource, businessKey } = entry
  if (resource.resourceType === 'Observation' && isEcg(resource)) {
    group.waveforms.push(ecgWaveform(resource, businessKey))
    return
  }
  group.resources.push({ businessKey, mode: 'replace', resource: withReferences(bare(resource), context) })
}

/** Without what the receiving store gives: id, version, time of update, source. Tags, profiles and labels stay. */
function bare(resource: Resource): Resource {
  const { id: _id, meta, ...rest } = resource
  const { versionId: _version, lastUpdated: _updated, source: _source, ...kept } = meta ?? {}
  return { ...rest, ...(Object.keys(kept).length > 0 ? { meta: kept } : {}) } as Resource
}

function claimBy({ system, value }: { system?: string; value: string }, feed: string) {
  return { identifiers: [{ value, authority: system ? authorityOf(system) : serverAuthority(feed) }] }
}
