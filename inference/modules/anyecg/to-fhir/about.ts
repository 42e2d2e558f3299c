import type { BundleEntry, Reference, Resource } from '@medplum/fhirtypes'
import type { ResultContext } from '../../../../core/inference-module.ts'

/** Whom a result is about. */
export const about = ({ identity }: ResultContext) => ({
  subject: { reference: identity.patient },
  ...(identity.encounter ? { encounter: { reference: identity.encounter } } : {})
})

export const acquiredAt = ({ identity, firstRunAt }: ResultContext): string => identity.acquiredAt ?? firstRunAt

/** Versioned references of the tracing; an order that found none has none. */
export const tracings = ({ identity }: ResultContext): Reference<never>[] =>
  identity.basis.filter((reference) => reference.startsWith('Observation/')).map((reference) => ({ reference }))

export const put = (resource: Resource): BundleEntry => ({
  resource,
  request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` }
})

/** Four decimals: finer than anything the model can mean, and the same text on every machine. */
export const rounded = (value: number): number => Math.round(value * 1e4) / 1e4
