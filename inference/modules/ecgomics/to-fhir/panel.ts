import type { Extension, Observation } from '@medplum/fhirtypes'
import { sha256 } from '../../../../core/ids.ts'
import type { ResultContext } from '../../../../core/inference-module.ts'
import { concept, EXTENSION, HIS, LEADS, LOINC, PROFILE, refusedObservation } from '../../../../fhir-profiles/index.ts'
import { rounded } from '../csv.ts'
import type { EcgMeasurement } from '../types.ts'
import { about, tracings } from './about.ts'
import { METHOD, ucum } from './codes.ts'

type Panel = Observation & { id: string }

const NO_CONFIDENCE =
  'Bootstrap intervals say how repeatable a measurement is; how often it is right was not measured here.'

/** The leading resource of the result: id of the result, everything measured as members (HisBundleMeasurementPanel). */
export function panel(measured: EcgMeasurement, members: readonly { id: string }[], context: ResultContext): Panel {
  return {
    ...base(context),
    status: 'preliminary',
    extension: [{ url: EXTENSION.noConfidenceReason, valueString: NO_CONFIDENCE }, ...parameterExtensions(measured)],
    code: concept(hasTwelveLeads(measured.leadNames) ? LOINC.ekg12LeadPanel : HIS['ecg-measurement-panel']),
    hasMember: members.map(({ id }) => ({ reference: `Observation/${id}` })),
    ...disagreement(measured)
  }
}

/** Why nothing was measured: the same resource, cancelled, without a number. */
export function refusedPanel(code: string, context: ResultContext): Panel {
  return { ...base(context), ...refusedObservation(code), code: concept(HIS['ecg-measurement-panel']) }
}

function base(context: ResultContext): Omit<Panel, 'status' | 'code'> {
  const { identity, resultId } = context
  const derivedFrom = tracings(context)
  return {
    resourceType: 'Observation',
    id: resultId,
    meta: { profile: [PROFILE.measurementPanel] },
    ...(identity.order ? { basedOn: [{ reference: identity.order.reference }] } : {}),
    ...about(context),
    method: concept(METHOD),
    ...(derivedFrom.length > 0 ? { derivedFrom } : {})
  }
}

const hasTwelveLeads = (names: readonly string[]): boolean => LEADS.every(({ name }) => names.includes(name))

/** Every setting of the run, and a digest of what was measured: two versions of a panel differ when their values do. */
function parameterExtensions({ parameters, features, changes }: EcgMeasurement): Extension[] {
  const settings: [string, string][] = Object.entries(parameters)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)])
  const digest = sha256(JSON.stringify([features, changes ?? null]))
  return [...settings.sort(([a], [b]) => (a < b ? -1 : 1)), ['measured-sha256', digest] as const].map(
    ([name, value]) => ({
      url: EXTENSION.measurementParameter,
      extension: [
        { url: 'name', valueString: name },
        { url: 'value', valueString: value }
      ]
    })
  )
}

/** How far the two delineations lie apart, mark by mark. */
function disagreement({ disagreement: paths }: EcgMeasurement): Pick<Observation, 'component'> {
  if (paths.length === 0) return {}
  return {
    component: paths.map(({ wave, edge, medianMs, n }) => ({
      code: { ...concept(HIS['delineation-disagreement']), text: `${wave} ${edge}, ${n} marks` },
      valueQuantity: ucum(rounded(medianMs), 'ms')
    }))
  }
}
