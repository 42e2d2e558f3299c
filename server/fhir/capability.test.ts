import { buildCapability } from './capability.ts'

describe('CapabilityStatement', () => {
  const statement = buildCapability({ base: 'http://h/fhir/R4', version: '1', date: '2026-01-01', operations: [] })

  test('names the 146 concrete resource types of R4 and no later one', () => {
    const types = (statement.rest?.[0]?.resource ?? []).map(({ type }) => type as string)
    // Two of the 148 types of the R4 value set resource-types are abstract: Resource and DomainResource.
    expect(types).toHaveLength(146)
    expect(types).not.toContain('SubscriptionStatus')
  })

  test('has no empty array, which FHIR JSON forbids', () => {
    const empty: string[] = []
    JSON.stringify(statement, (key, value: unknown) => {
      if (Array.isArray(value) && value.length === 0) empty.push(key)
      return value
    })
    expect(empty).toEqual([])
  })
})
