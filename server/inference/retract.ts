import type { Provenance, Resource } from '@medplum/fhirtypes'
import type { FhirStore, StoreWrite } from '../../core/fhir-store.ts'
import type { ModuleEvent } from '../../core/inference-module.ts'
import type { LeadingResult } from '../../core/leading-result.ts'
import { DATA_OPERATION } from '../../fhir-profiles/codes/hl7.ts'
import { basisOf, concept } from '../../fhir-profiles/index.ts'
import { hasTag, TAG, withTag } from '../record/marks.ts'
import { leadingResultsOf } from './leading-results.ts'
import { targetsOf } from './result.ts'
import { provenanceId } from './result-writes.ts'

type Stored = Resource & { id: string; status?: string; subject?: { reference?: string } }

type RetractStore = Pick<FhirStore, 'read' | 'readVersion' | 'search' | 'write'>

/**
 * When the first input of a result was taken back (a tracing, a visit), everything that the run wrote becomes
 * entered-in-error, in one transaction (rules section 8). Deliveries to earlier recipients follow from the change event.
 *
 * @returns how many results were withdrawn
 */
export async function retractResults(
  store: RetractStore,
  module: string,
  event: ModuleEvent,
  now: string
): Promise<number> {
  const change = event.change
  if (!change) return 0
  const current = await store.read<Stored>(change.resourceType, change.id)
  const isGone = change.interaction === 'delete' && !current
  if (!isGone && !isTakenBack(current)) return 0
  const patient =
    current?.subject?.reference ??
    (change.patientId ? `Patient/${change.patientId.replace(/^Patient\//, '')}` : undefined)
  if (!patient) return 0
  const wasAnothers = current !== undefined && hasTag(current, TAG.wrongPatient)
  const results = await leadingResultsOf(store, patient, 500)
  const input = `${change.resourceType}/${change.id}/`
  let withdrawn = 0
  for (const result of results) {
    if (basisOf(result)[0]?.startsWith(input) && (await withdrawResult(store, module, result, { now, wasAnothers })))
      withdrawn++
  }
  return withdrawn
}

/** A visit that was cancelled (A11) never took place; a cancelled Observation only lost its value. */
const isTakenBack = (current: Stored | undefined): boolean =>
  current?.status === 'entered-in-error' || (current?.resourceType === 'Encounter' && current.status === 'cancelled')

/**
 * One result with all that its run wrote. Why stays with it where that is known: what was another person's is told to the
 * laboratory as wrong, anything else as deleted (rules section 8).
 *
 * @returns whether there was something to withdraw
 */
export async function withdrawResult(
  store: RetractStore,
  module: string,
  result: LeadingResult & { id: string },
  { now, wasAnothers = false }: { now: string; wasAnothers?: boolean }
): Promise<boolean> {
  if (result.status === 'entered-in-error') return false
  const provenance = await store.read<Provenance & { id: string }>('Provenance', provenanceId(result.id))
  if (!provenance) return false
  const targets = await targetsOf(store, provenance)
  const writes: StoreWrite[] = [...targets.values()].map((resource) => ({
    resource: withTag({ ...resource, status: 'entered-in-error' } as Stored, TAG.wrongPatient, wasAnothers),
    ifMatch: resource.meta?.versionId
  }))
  const noted: Provenance & { id: string } = {
    ...provenance,
    recorded: now,
    activity: concept(DATA_OPERATION.update)
  }
  await store.write([...writes, { resource: noted }], { kind: 'result', module })
  return true
}
