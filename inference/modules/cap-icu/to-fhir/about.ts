import type { BundleEntry, Observation, Reference, Resource } from '@medplum/fhirtypes'
import type { ResultContext } from '../../../../core/inference-module.ts'
import { HIS, PROFILE } from '../../../../fhir-profiles/index.ts'

/** Method of everything this module says. */
export const METHOD = HIS['cap-icu']

export const whose = ({ identity }: ResultContext) => ({
  subject: { reference: identity.patient },
  ...(identity.encounter ? { encounter: { reference: identity.encounter } } : {})
})

/** The end of the hours that were looked at. */
export const momentOf = ({ identity, firstRunAt }: ResultContext): string => identity.acquiredAt ?? firstRunAt

/** What every Observation of this module carries alike. */
export const observation = (
  context: ResultContext,
  { role, profile, derivedFrom }: { role: string; profile: keyof typeof PROFILE; derivedFrom: Reference<never>[] }
): Omit<Observation, 'code'> & { id: string } => ({
  resourceType: 'Observation',
  id: context.id(role),
  meta: { profile: [PROFILE[profile]] },
  status: 'preliminary',
  ...whose(context),
  effectiveDateTime: momentOf(context),
  method: { coding: [METHOD] },
  derivedFrom
})

/** Observations of the basis: derivedFrom takes no Encounter and no Patient. */
export const observedBasis = ({ identity }: ResultContext): Reference<never>[] =>
  identity.basis.filter((reference) => reference.startsWith('Observation/')).map((reference) => ({ reference }))

/** Four decimals: finer than anything the model can mean, and the same text on every machine; never '-0'. */
export const rounded = (value: number): number => Math.round(value * 1e4) / 1e4 + 0

export const put = (resource: Resource): BundleEntry => ({
  resource,
  request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` }
})
