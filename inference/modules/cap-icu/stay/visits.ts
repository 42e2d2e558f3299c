import type { Encounter } from '@medplum/fhirtypes'
import { type Asking, readVisit, type Visit } from './question.ts'

/** Encounters of one person looked at for one event, the latest first. */
const MAX_VISITS = 50

/** The person's encounters in which there was a stay in intensive care. */
export async function visitsOf(patient: string, asking: Asking): Promise<Visit[]> {
  const query = `Encounter?patient=${patient}&_sort=-date&_count=${MAX_VISITS}`
  const visits: Visit[] = []
  for (const encounter of await asking.record.search<Encounter>(query)) {
    const visit = await readVisit(encounter, asking)
    if (visit && visit.stays.length > 0) visits.push(visit)
  }
  return visits
}
