import { buildWorld, type World } from '../support/world.ts'

/** FHIR decimals of a file keep their digits through the decode worker, the record step and the store (hardening A3-41). */
let world: World
beforeAll(async () => {
  world = await buildWorld({ mode: 'off' })
})
afterAll(() => world?.stop())

const bundle = (value: string): string => `{ "resourceType": "Bundle", "type": "collection", "entry": [
  { "fullUrl": "urn:uuid:0b1f5a52-6f0e-4a3e-8d52-0d1c9f3b7a10", "resource": { "resourceType": "Patient", "id": "p",
    "identifier": [{ "system": "urn:oid:1.2.3", "value": "4711" }], "name": [{ "family": "Muster" }], "birthDate": "1956-04-12" } },
  { "resource": { "resourceType": "Observation", "id": "o", "status": "final", "code": { "text": "K" },
    "subject": { "reference": "urn:uuid:0b1f5a52-6f0e-4a3e-8d52-0d1c9f3b7a10" },
    "valueQuantity": { "value": ${value}, "unit": "mmol/L" }, "component": [{ "code": { "text": "low" },
    "valueQuantity": { "value": 0.010, "unit": "mmol/L" } }] } }] }`

async function drop(value: string): Promise<void> {
  const response = await fetch(`${world.http}/inbound/drop`, {
    method: 'POST',
    headers: { 'content-type': 'application/fhir+json', prefer: 'wait=10' },
    body: bundle(value)
  })
  expect([response.status, await response.text()]).toEqual([200, expect.any(String)])
}
const stored = async (): Promise<[version: string | undefined, digits: string[]]> => {
  const text = await (await fetch(`${world.http}/fhir/R4/Observation?_count=5`)).text()
  return [/"versionId":"(\d+)"/.exec(text)?.[1], [...text.matchAll(/"value":([\d.]+)/g)].map(([, number]) => number!)]
}

test('1.50 and 0.010 of a dropped Bundle; sent again they are no news, with another precision they are', async () => {
  await drop('1.50')
  expect(await stored()).toEqual(['1', ['1.50', '0.010']])
  await drop('1.50')
  expect(await stored()).toEqual(['1', ['1.50', '0.010']])
  await drop('1.5')
  expect(await stored()).toEqual(['2', ['1.5', '0.010']])
})
