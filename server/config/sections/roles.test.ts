import { loadConfig } from '../load.ts'
import { ROLES } from './roles.ts'

const kafka = { kind: 'kafka', kafka: { brokers: ['127.0.0.1:9092'] } }
const postgres = { kind: 'postgres', url: 'postgres://127.0.0.1/hb' }
const load = (override: Record<string, unknown>, env: Record<string, string> = {}) => loadConfig({ env, override })

test('every role in one process by default', () => {
  expect(load({}).roles).toEqual([...ROLES])
})

test('a list, the text of the command line, or the environment; in one order, each once', () => {
  const engines = { bus: kafka, store: postgres }
  expect(load({ ...engines, roles: ['deliver', 'edge'] }).roles).toEqual(['edge', 'deliver'])
  expect(load({ ...engines, roles: 'fhir, ingest,fhir' }).roles).toEqual(['ingest', 'fhir'])
  expect(load(engines, { HISBUNDLE_ROLES: 'inference' }).roles).toEqual(['inference'])
})

test.each([
  [{ roles: ['edge', 'cook'] }, 'unknown-role'],
  [{ roles: [] }, 'value'],
  [{ roles: '' }, 'unknown-role'],
  [{ roles: ['edge'] }, 'needs-shared-bus'],
  [{ roles: ['edge'], bus: kafka }, 'needs-shared-store'],
  [{ roles: ['edge'], store: postgres }, 'needs-shared-bus']
])('%j is refused: %s', (override, reason) => {
  expect(() => load(override)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', at: 'roles', reason }))
})
