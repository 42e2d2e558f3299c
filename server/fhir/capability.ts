import type {
  CapabilityStatement,
  CapabilityStatementRestResource,
  CapabilityStatementRestResourceInteraction
} from '@medplum/fhirtypes'
import { definitions } from '../store/definitions.ts'
import { parametersOf } from '../store/search/parameters.ts'
import type { FhirOperation } from './interactions.ts'

const INTERACTIONS: NonNullable<CapabilityStatementRestResourceInteraction['code']>[] = [
  'read',
  'vread',
  'update',
  'patch',
  'delete',
  'history-instance',
  'create',
  'search-type'
]

export interface CapabilityOptions {
  base: string
  version: string
  /** ISO date of the software. */
  date: string
  operations: readonly FhirOperation[]
  /** Further facts in markdown, one a paragraph (what delivery promises, for one). */
  notes?: readonly string[]
}

/** The CapabilityStatement, generated from what the router and the search really do. */
export function buildCapability({
  base,
  version,
  date,
  operations,
  notes = []
}: CapabilityOptions): CapabilityStatement {
  const { resourceTypes } = definitions()
  const systemOperations = operations.filter(({ level }) => level === 'system').map(toOperation)
  const included = new Map<string, string[]>(resourceTypes.map((type) => [type, []]))
  for (const type of resourceTypes) {
    for (const { code, targets, type: kind } of parametersOf(type).values()) {
      if (kind !== 'reference') continue
      for (const target of targets) included.get(target)?.push(`${type}:${code}`)
    }
  }
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date,
    kind: 'instance',
    fhirVersion: '4.0.1',
    format: ['application/fhir+json'],
    patchFormat: ['application/json-patch+json'],
    software: { name: 'His Bundle', version },
    implementation: { description: 'His Bundle FHIR R4 service', url: base },
    rest: [
      {
        mode: 'server',
        documentation: [NOTES, ...notes].join('\n\n'),
        security: { cors: false, description: SECURITY },
        resource: resourceTypes.map((type) => resourceEntry(type, operations, included.get(type)!)),
        interaction: [{ code: 'transaction' }, { code: 'batch' }],
        ...(systemOperations.length > 0 ? { operation: systemOperations } : {})
      }
    ]
  }
}

/** None of the codes of restful-security-service says what this is: a bearer token that the operator gave out. */
const SECURITY = [
  'Where authentication is configured: Authorization: Bearer (RFC 6750) with a token from the operator, judged before the',
  'body is read. Scopes: fhir.read (read, vread, history), fhir.search (search and conditions), fhir.write (create, update,',
  'delete; patch also needs fhir.read, a Subscription fhir.read and fhir.search). Entries of a Bundle are judged one by one.'
].join(' ')

/** What the elements of the statement have no room for. */
const NOTES = [
  'Search refuses with 400 what it does not support: composite and special parameters, chains of more than one link,',
  ':iterate, :text, :above, :below, :not-in, :of-type. Modifiers that work: :missing on all, :exact and :contains on',
  'string, :not and :in on token (value sets known to the server), :identifier and :[type] on reference. Prefixes eq ne',
  'gt lt ge le sa eb ap on date, number and quantity. Token codes are compared with case. Dates without a zone count as',
  'UTC. A Range or SampledData is not found by quantity or number.',
  'A condition that matches several resources is answered 412. Deleting a resource does not look for what refers to it.',
  'Decimals are stored as IEEE doubles: trailing zeros are not kept, and a number with more digits than a double holds',
  'is refused rather than rounded.',
  'A profile in meta.profile that this server knows must be satisfied; one that it does not know is stored unchecked.'
].join(' ')

function resourceEntry(
  type: string,
  operations: readonly FhirOperation[],
  revIncludes: string[]
): CapabilityStatementRestResource {
  const parameters = [...parametersOf(type).values()]
  const own = operations.filter(
    ({ level, resourceType }) => level !== 'system' && (!resourceType || resourceType === type)
  )
  const includes = parameters.filter((parameter) => parameter.type === 'reference').map(({ code }) => `${type}:${code}`)
  return {
    type: type as CapabilityStatementRestResource['type'],
    profile: `http://hl7.org/fhir/StructureDefinition/${type}`,
    interaction: INTERACTIONS.map((code) => ({ code })),
    versioning: 'versioned-update',
    readHistory: true,
    updateCreate: true,
    conditionalCreate: true,
    conditionalRead: 'full-support',
    conditionalUpdate: true,
    conditionalDelete: 'single',
    referencePolicy: ['literal', 'logical', 'enforced', 'local'],
    ...(includes.length > 0 ? { searchInclude: includes } : {}),
    ...(revIncludes.length > 0 ? { searchRevInclude: revIncludes } : {}),
    searchParam: [
      { name: '_id', type: 'token', definition: 'http://hl7.org/fhir/SearchParameter/Resource-id' },
      { name: '_lastUpdated', type: 'date', definition: 'http://hl7.org/fhir/SearchParameter/Resource-lastUpdated' },
      ...parameters.map(({ code, type: kind, definition }) => ({ name: code, type: kind, definition: definition.url }))
    ],
    ...(own.length > 0 ? { operation: own.map(toOperation) } : {})
  }
}

const toOperation = ({ name, definition }: FhirOperation): { name: string; definition: string } => ({
  name: name.replace(/^\$/, ''),
  definition: definition ?? `http://hl7.org/fhir/OperationDefinition/${name.replace(/^\$/, '')}`
})
