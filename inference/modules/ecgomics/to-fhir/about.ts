import type { BundleEntry, Observation, Reference, Resource } from '@medplum/fhirtypes'
import type { ResultContext } from '../../../../core/inference-module.ts'
import { PROFILE } from '../../../../fhir-profiles/index.ts'
import { METHOD } from './codes.ts'

/** Whom and what time a result is about. */
export const about = ({ identity, firstRunAt }: ResultContext) => ({
  subject: { reference: identity.patient },
  ...(identity.encounter ? { encounter: { reference: identity.encounter } } : {}),
  effectiveDateTime: identity.acquiredAt ?? firstRunAt
})

/** What every Observation about the tracing carries alike. */
export const measurement = (context: ResultContext, role: string): Omit<Observation, 'code'> & { id: string } => ({
  resourceType: 'Observation',
  id: context.id(role),
  meta: { profile: [PROFILE.ecgMeasurement] },
  status: 'preliminary',
  ...about(context),
  method: { coding: [METHOD] },
  derivedFrom: tracings(context).slice(0, 1)
})

/** Versioned references of the tracing, and of the one it was compared with; an order without a tracing has none. */
export const tracings = ({ identity }: ResultContext): Reference<never>[] =>
  identity.basis.filter((reference) => reference.startsWith('Observation/')).map((reference) => ({ reference }))

export const put = (resource: Resource): BundleEntry => ({
  resource,
  request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` }
})
