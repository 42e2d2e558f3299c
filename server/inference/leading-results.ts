import type { Resource } from '@medplum/fhirtypes'
import type { FhirStore } from '../../core/fhir-store.ts'
import type { LeadingResult } from '../../core/leading-result.ts'
import { isLeadingResult, LEADING_SEARCHES } from '../../fhir-profiles/index.ts'

/** A stored resource that stands for a whole result. */
export type Leading = LeadingResult & { id: string }

/** The leading result under 'RiskAssessment/..' or 'Observation/..'; undefined for anything else. */
export async function readLeading(
  store: Pick<FhirStore, 'read'>,
  reference: string | undefined
): Promise<Leading | undefined> {
  const [type, id] = reference?.split('/') ?? []
  if (!type || !id || !LEADING_SEARCHES.some(({ resourceType }) => resourceType === type)) return undefined
  const found = await store.read<Resource & { id: string }>(type, id)
  return found && isLeadingResult(found) ? found : undefined
}

/** Leading results of a person, the latest written first, of each kind at most `count`. */
export async function leadingResultsOf(
  store: Pick<FhirStore, 'search'>,
  patient: string,
  count: number
): Promise<Leading[]> {
  const found = await Promise.all(
    LEADING_SEARCHES.map(({ resourceType, query }) =>
      store.search<Leading>(`${resourceType}?patient=${patient}${query}&_sort=-_lastUpdated&_count=${count}`)
    )
  )
  return found.flat()
}

export const referenceOf = ({ resourceType, id }: Leading): string => `${resourceType}/${id}`
