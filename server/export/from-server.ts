import type { Bundle, DocumentReference, Observation, Patient } from '@medplum/fhirtypes'
import { uuidV5 } from '../../core/ids.ts'
import { answeredOrder, PROFILE } from '../../fhir-profiles/index.ts'
import { readFeatures } from '../../inference/modules/ecgomics/csv.ts'
import { METHOD, TABLE_ROLE } from '../../inference/modules/ecgomics/to-fhir/codes.ts'
import { ageAt } from '../../inference/record/ecg.ts'
import { hasCode, hasTag } from '../../inference/record/reading.ts'
import type { Pseudonym } from './pseudonym.ts'
import { type ExportedTracing, shownAge } from './tracing.ts'

const PAGE = 50
const DAY_MS = 24 * 3600 * 1000
/** People kept in memory; one who comes again later is read again. */
const MAX_PEOPLE = 10_000
const MEASURED = ['preliminary', 'final', 'amended', 'corrected']

/** GET of a path below the server's FHIR base, or of an address that it gave; undefined when it is not there. */
export type FhirGet = <T>(path: string) => Promise<T | undefined>

export interface ServerOptions {
  get: FhirGet
  pseudonym: Pseudonym
  /** Acquired from and to, both included, as FHIR dates. */
  from?: string
  to?: string
}

/** The measured tracings of a server, by acquisition. Of a tracing that answered an order the panel of its own is taken. */
export async function* tracingsOfServer({ get, pseudonym, from, to }: ServerOptions): AsyncIterable<ExportedTracing> {
  const dates = `${from ? `&date=ge${from}` : ''}${to ? `&date=le${to}` : ''}`
  const people = peopleOf(get)
  const firstDays = new Map<string, number>()
  let path: string | undefined = `Observation?_profile=${PROFILE.measurementPanel}${dates}&_sort=date&_count=${PAGE}`
  while (path) {
    const page: Bundle<Observation> | undefined = await get<Bundle<Observation>>(path)
    for (const { resource: panel } of page?.entry ?? []) {
      const csv = panel && isMeasured(panel) ? await tableOf(panel, get) : undefined
      if (!panel || !csv) continue
      const reference = panel.subject?.reference ?? ''
      const person = await people(reference)
      const patient = pseudonym('patient', reference)
      const at = panel.effectiveDateTime
      const day = at === undefined ? undefined : Math.floor(Date.parse(at) / DAY_MS)
      if (day !== undefined && !firstDays.has(patient)) firstDays.set(patient, day)
      yield {
        tracing: pseudonym('tracing', panel.id ?? ''),
        patient,
        day: day === undefined ? undefined : day - firstDays.get(patient)!,
        age: shownAge(ageAt(person?.birthDate, at)),
        sex: person?.gender,
        synthetic: hasTag(panel, 'synthetic') || hasTag(panel, 'HTEST'),
        features: readFeatures(csv)
      }
    }
    path = page?.link?.find(({ relation }) => relation === 'next')?.url
  }
}

const isMeasured = (panel: Observation): boolean =>
  MEASURED.includes(panel.status) && hasCode(panel.method, [METHOD]) && !answeredOrder(panel)

async function tableOf(panel: Observation, get: FhirGet): Promise<string | undefined> {
  const table = await get<DocumentReference>(`DocumentReference/${uuidV5(panel.id ?? '', TABLE_ROLE)}`)
  const csv = table?.content?.[0]?.attachment?.data
  return csv && Buffer.from(csv, 'base64').toString('utf8')
}

function peopleOf(get: FhirGet): (reference: string) => Promise<Patient | undefined> {
  const known = new Map<string, Patient | undefined>()
  return async (reference) => {
    if (!known.has(reference)) {
      if (known.size >= MAX_PEOPLE) known.clear()
      known.set(reference, await get<Patient>(reference))
    }
    return known.get(reference)
  }
}
