import { mkdtempSync, rmSync } from 'node:fs'
import { createServer as createHttpServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import express from 'express'
import request from 'supertest'
import { storeOf } from '../store/fixtures/store-of.ts'
import type { ServerStore } from '../store/server-store.ts'
import { createFhirHandler } from './index.ts'

/** FHIR decimals keep their digits through every interaction (hardening A3-41): texts are compared, not parsed JSON. */
const dir = mkdtempSync(join(tmpdir(), 'hisbundle-decimals-'))
let store: ServerStore
let server: Server
let base: string

beforeAll(async () => {
  store = storeOf({ dir })
  await store.start()
  const app = express()
  app.use('/fhir/R4', createFhirHandler({ store }))
  server = createHttpServer(app)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/fhir/R4`
})
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve))
  await store.stop()
  rmSync(dir, { recursive: true, force: true })
})

const observation = (value: string, more = ''): string =>
  `{ "resourceType": "Observation", "status": "final", "code": { "text": "x" }, ${more}
    "valueQuantity": { "unit": "mmol/L", "value": ${value} } }`
async function send(method: 'post' | 'put' | 'patch', path: string, text: string): Promise<request.Response> {
  const type = method === 'patch' ? 'application/json-patch+json' : 'application/fhir+json'
  const answer = await request(base)[method](path).set('content-type', type).send(text)
  expect([answer.status, answer.status < 300 ? '' : answer.text]).toEqual([expect.any(Number), ''])
  return answer
}
const get = async (path: string): Promise<string> => (await request(base).get(path)).text
const digits = (text: string): string[] => [...text.matchAll(/"value": ?([^,}\s]+)/g)].map(([, number]) => number!)
const versionOf = ({ body }: request.Response): string => body.meta.versionId

test('POST, PUT, read, vread, history and search', async () => {
  const created = await send('post', '/Observation', observation('1.0'))
  const path = `/Observation/${created.body.id}`
  expect(digits(created.text)).toEqual(['1.0'])
  const updated = await send('put', path, observation('0.010', `"id": "${created.body.id}",`))
  expect(digits(updated.text)).toEqual(['0.010'])
  expect(digits(await get(path))).toEqual(['0.010'])
  expect(digits(await get(`${path}?_pretty=true`))).toEqual(['0.010'])
  expect(digits(await get(`${path}/_history/1`))).toEqual(['1.0'])
  expect(digits(await get(`${path}/_history`))).toEqual(['0.010', '1.0'])
  expect(digits(await get(`/Observation?_id=${created.body.id}`))).toEqual(['0.010'])
  expect(digits(await get(`/Observation?_id=${created.body.id}&_elements=value`))).toEqual(['0.010'])
})

test('another precision is a change, the same is none', async () => {
  const text = (value: string): string => observation(value, '"id": "precise",')
  const versions = []
  for (const value of ['1', '1.0', '1.0', '1.00', '1'])
    versions.push(versionOf(await send('put', '/Observation/precise', text(value))))
  expect(versions).toEqual(['1', '2', '2', '3', '4'])
})

test('PATCH keeps what it leaves, brings what it says and takes off what it replaces', async () => {
  await send('put', '/Observation/patched', observation('1.50', '"id": "patched",'))
  const apply = async (operation: string): Promise<string[]> => {
    const answer = await send('patch', '/Observation/patched', `[${operation}]`)
    expect(digits(await get('/Observation/patched'))).toEqual(digits(answer.text))
    return digits(answer.text)
  }
  const at = '"path": "/valueQuantity/value"'
  expect(await apply('{ "op": "replace", "path": "/status", "value": "amended" }')).toEqual(['1.50'])
  expect(await apply(`{ "op": "replace", ${at}, "value": 2.0 }`)).toEqual(['2.0'])
  expect(await apply(`{ "op": "replace", ${at}, "value": 2 }`)).toEqual(['2'])
  const component = '{ "code": { "text": "y" }, "valueQuantity": { "value": 3.10 } }'
  expect(await apply(`{ "op": "add", "path": "/component", "value": [${component}] }`)).toEqual(['2', '3.10'])
  expect(await apply(`{ "op": "add", "path": "/component/-", "value": ${component} }`)).toEqual(['2', '3.10', '3.10'])
  expect(await apply('{ "op": "remove", "path": "/component/0" }')).toEqual(['2', '3.10'])
})

test.each(['transaction', 'batch'])('a %s', async (type) => {
  const patient = `{ "fullUrl": "urn:uuid:5f2b9c1e-3c0a-4d0f-9e5e-7d2a3f1b6c8d", "resource": { "resourceType": "Patient" },
    "request": { "method": "POST", "url": "Patient" } }`
  const subject =
    type === 'transaction' ? '"subject": { "reference": "urn:uuid:5f2b9c1e-3c0a-4d0f-9e5e-7d2a3f1b6c8d" },' : ''
  const entry = (method: string, url: string, resource: string): string =>
    `{ "resource": ${resource}, "request": { "method": "${method}", "url": "${url}" } }`
  await send('put', `/Observation/${type}-patch`, observation('1', `"id": "${type}-patch",`))
  const patch = Buffer.from('[{"op":"replace","path":"/valueQuantity/value","value":7.0}]').toString('base64')
  const binary = `{ "resourceType": "Binary", "contentType": "application/json-patch+json", "data": "${patch}" }`
  const dose = `"component": [{ "code": { "text": "y" }, "valueRange": { "low": { "value": 10.00 } } }], ${subject}`
  const entries = [
    patient,
    entry('POST', 'Observation', observation('1.50', subject)),
    entry('PUT', `Observation/${type}`, observation('0.010', `"id": "${type}", ${dose}`)),
    entry('PATCH', `Observation/${type}-patch`, binary),
    `{ "request": { "method": "GET", "url": "Observation/${type}" } }`
  ]
  const text = `{ "resourceType": "Bundle", "type": "${type}", "entry": [${entries.join(',')}] }`
  const answer = await send('post', '/', text)
  expect(digits(answer.text)).toEqual(['1.50', '10.00', '0.010', '7.0', '10.00', '0.010'])
  expect(digits(await get(`/Observation/${type}`))).toEqual(['10.00', '0.010'])
  expect(digits(await get(`/Observation/${type}-patch`))).toEqual(['7.0'])
})

test('conditional create and update', async () => {
  const named = (value: string): string => observation(value, '"identifier": [{ "system": "urn:x", "value": "c" }],')
  const query = '/Observation?identifier=urn:x%7Cc'
  expect(digits((await send('put', query, named('1.0'))).text)).toEqual(['"c"', '1.0'])
  expect(digits((await send('put', query, named('1.00'))).text)).toEqual(['"c"', '1.00'])
  expect(digits(await get(query))).toEqual(['"c"', '1.00'])
})
