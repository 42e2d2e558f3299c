import { readFileSync } from 'node:fs'
import { postFile, send } from '../support/http-answers.ts'
import { mutateJson } from '../support/json-mutations.ts'
import type { Random } from '../support/random.ts'
import type { Outcome, Target } from '../support/target.ts'

const TRANSACTION = JSON.parse(
  readFileSync(new URL('../../../adapters/formats/fhir-bundle/fixtures/transaction.json', import.meta.url), 'utf8')
)
const SEEDS = [
  {
    resourceType: 'Patient',
    id: 'fuzz',
    text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml"><p>x</p></div>' },
    identifier: [{ system: 'urn:oid:1.2.3', value: '1' }],
    name: [{ family: 'Fuzz', given: ['F'] }],
    gender: 'female',
    birthDate: '1951-03-09',
    contact: [{ relationship: [{ coding: [{ system: 'http://x', code: 'y' }] }] }]
  },
  {
    resourceType: 'Observation',
    id: 'fuzz',
    status: 'final',
    code: { coding: [{ system: 'http://loinc.org', code: '2823-3' }], text: 'K' },
    effectiveDateTime: '2026-03-10T08:15:00Z',
    valueQuantity: { value: 5.6, unit: 'mmol/L', system: 'http://unitsofmeasure.org', code: 'mmol/L' },
    component: [
      { code: { text: 'a' }, valueSampledData: { origin: { value: 0 }, period: 2, dimensions: 1, data: '1 2 3' } }
    ]
  },
  {
    resourceType: 'Subscription',
    id: 'fuzz',
    status: 'requested',
    reason: 'x',
    criteria: 'Observation?status=final',
    channel: { type: 'rest-hook', endpoint: 'http://127.0.0.1:9/', payload: 'application/fhir+json' }
  }
]
const FHIR_JSON = { 'content-type': 'application/fhir+json' }
const PATHS = [
  '/name/0/family',
  '/__proto__/x',
  '/constructor/prototype/x',
  '/name/-',
  '',
  'x',
  '/~2',
  '/id',
  '/resourceType',
  `/${'a/'.repeat(5000)}`
]
const OPERATIONS = ['add', 'remove', 'replace', 'move', 'copy', 'test', 'bad']

const patch = (random: Random): unknown[] =>
  Array.from({ length: random.chance(0.02) ? 2000 : random.count(5) }, () => ({
    op: random.pick(OPERATIONS),
    path: random.pick(PATHS),
    from: random.pick(PATHS),
    value: random.pick([1, 'x', null, [], { a: 1 }])
  }))

/** FHIR JSON: resources, transactions, patches and files with their shape, values, numbers and text changed. */
export const fhir: Target = {
  name: 'fhir',
  lanes: 12,
  async run(server, random, number) {
    const seed = random.pick(SEEDS)
    const type = seed.resourceType
    const post = (path: string, body: string, headers: Record<string, string> = FHIR_JSON, method = 'POST') =>
      send(server.http, { method, path: `/fhir/R4${path}`, headers, body: Buffer.from(body) })
    const answer = async (): Promise<Outcome> => {
      switch (random.below(6)) {
        case 0:
          return post('', mutateJson(TRANSACTION, random))
        case 1: {
          const entries = Array.from({ length: random.count(20) }, () => ({
            resource: seed,
            request: {
              method: random.pick(['PUT', 'POST', 'DELETE', 'PATCH', 'GET', 'X']),
              url: `${type}/b${random.below(50)}`
            }
          }))
          return post(
            '',
            mutateJson({ resourceType: 'Bundle', type: random.pick(['batch', 'transaction']), entry: entries }, random)
          )
        }
        case 2:
          return post(
            `/Patient/p${random.below(20)}`,
            mutateJson(patch(random), random),
            { 'content-type': 'application/json-patch+json' },
            'PATCH'
          )
        case 3:
          return postFile(server.http, 'application/fhir+json', Buffer.from(mutateJson(TRANSACTION, random)))
        case 4:
          return post(`/${type}`, mutateJson(seed, random))
        default:
          return post(
            `/${type}/p${number % 500}`,
            mutateJson({ ...seed, id: `p${number % 500}` }, random),
            FHIR_JSON,
            'PUT'
          )
      }
    }
    const { codes, fault, taken } = await answer()
    return { codes, taken, ...(fault ? { fault } : {}) }
  }
}
