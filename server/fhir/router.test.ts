import { mkdtempSync, rmSync } from 'node:fs'
import { createServer as createHttpServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Bundle, CapabilityStatement, Observation, OperationOutcome, Patient } from '@medplum/fhirtypes'
import express from 'express'
import request from 'supertest'
import { AppError } from '../../core/errors/app-error.ts'
import { storeOf } from '../store/fixtures/store-of.ts'
import type { ServerStore } from '../store/server-store.ts'
import { createFhirHandler } from './index.ts'

const dir = mkdtempSync(join(tmpdir(), 'hisbundle-fhir-'))
let store: ServerStore
let server: Server
let base: string

beforeAll(async () => {
  store = storeOf({ dir })
  await store.start()
  const app = express()
  const neverFires = (resource: { resourceType: string; criteria?: string }) =>
    resource.resourceType === 'Subscription' && resource.criteria!.length > 0
      ? new AppError('SUBSCRIPTION_NEVER_FIRES', { at: 'Subscription.criteria' })
      : undefined
  app.use('/fhir/R4', createFhirHandler({ store, checks: [neverFires], bodyLimitBytes: 200_000 }))
  server = createHttpServer(app)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/fhir/R4`
})
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve))
  await store.stop()
  rmSync(dir, { recursive: true, force: true })
})

const fhir = 'application/fhir+json'
const api = () => request(base)
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  api()
    .post(path)
    .set({ 'content-type': fhir, ...headers })
    .send(JSON.stringify(body))
const put = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  api()
    .put(path)
    .set({ 'content-type': fhir, ...headers })
    .send(JSON.stringify(body))
const patch = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  api()
    .patch(path)
    .set({ 'content-type': 'application/json-patch+json', ...headers })
    .send(JSON.stringify(body))
const codeOf = (body: OperationOutcome): string | undefined => body.issue?.[0]?.details?.coding?.[0]?.code
const patient = (more: Partial<Patient> = {}): Patient => ({ resourceType: 'Patient', ...more })
const transaction = (...entry: NonNullable<Bundle['entry']>): Bundle => ({
  resourceType: 'Bundle',
  type: 'transaction',
  entry
})

describe('instance interactions', () => {
  test('create answers 201 with Location, ETag and Last-Modified; the client id is not taken', async () => {
    const made = await post('/Patient', patient({ id: 'mine', active: true })).expect(201)
    expect(made.body.id).not.toBe('mine')
    expect(made.headers['location']).toBe(`${base}/Patient/${made.body.id}/_history/1`)
    expect(made.headers['etag']).toBe('W/"1"')
    expect(Date.parse(made.headers['last-modified']!)).toBeGreaterThan(0)
    expect(made.headers['content-type']).toBe('application/fhir+json; charset=utf-8')
  })

  test('update creates, updates, leaves an equal version alone and honours If-Match', async () => {
    await put('/Patient/u1', patient({ id: 'u1', active: true })).expect(201)
    await put('/Patient/u1', patient({ id: 'u1', active: false })).expect(200)
    const same = await put('/Patient/u1', patient({ id: 'u1', active: false })).expect(200)
    expect(same.headers['etag']).toBe('W/"2"')
    const stale = await put('/Patient/u1', patient({ id: 'u1' }), { 'if-match': 'W/"1"' }).expect(412)
    expect(codeOf(stale.body)).toBe('FHIR_VERSION_CONFLICT')
    await put('/Patient/u1', patient({ id: 'u1' }), { 'if-match': 'W/"2"' }).expect(200)
    await put('/Patient/u1', patient({ id: 'other' })).expect(400)
  })

  test('read, vread, history, not modified, deleted and never there', async () => {
    await put('/Patient/r1', patient({ id: 'r1', active: true })).expect(201)
    await put('/Patient/r1', patient({ id: 'r1', active: false })).expect(200)
    await api().get('/Patient/r1').set('if-none-match', 'W/"2"').expect(304)
    expect((await api().get('/Patient/r1/_history/1').expect(200)).body.active).toBe(true)
    await api().delete('/Patient/r1').expect(204)
    await api().get('/Patient/r1').expect(410)
    await api().get('/Patient/r1/_history/3').expect(410)
    await api().get('/Patient/never').expect(404)
    const history = await api().get('/Patient/r1/_history?_count=2').expect(200)
    expect(history.body.total).toBe(3)
    expect(history.body.entry.map((entry: { request: { method: string } }) => entry.request.method)).toEqual([
      'DELETE',
      'PUT'
    ])
    expect(history.body.link.map((link: { relation: string }) => link.relation)).toEqual(['self', 'next'])
  })

  test('JSON Patch changes the resource; prototypes and identity are out of its reach', async () => {
    await put('/Patient/j1', patient({ id: 'j1', active: true })).expect(201)
    expect(
      (await patch('/Patient/j1', [{ op: 'replace', path: '/active', value: false }]).expect(200)).body.active
    ).toBe(false)
    await patch('/Patient/j1', [{ op: 'add', path: '/__proto__/polluted', value: true }]).expect(400)
    await patch('/Patient/j1', [{ op: 'add', path: '/constructor/prototype/polluted', value: true }]).expect(400)
    await patch('/Patient/j1', [{ op: 'replace', path: '/id', value: 'x' }]).expect(400)
    await patch('/Patient/j1', [{ op: 'add', path: '/gender', value: 'unheard-of' }]).expect(422)
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  test('Prefer: return=minimal leaves the body out', async () => {
    const made = await post('/Patient', patient(), { prefer: 'return=minimal' }).expect(201)
    expect(made.text).toBe('')
  })
})

describe('conditional interactions', () => {
  // hardening A1-14
  test('1,000 parallel identical conditional creates make one resource', async () => {
    const resource = patient({ identifier: [{ system: 'urn:mrn', value: 'same' }] })
    const statuses: number[] = []
    let left = 1000
    await Promise.all(
      Array.from({ length: 50 }, async () => {
        while (left-- > 0)
          statuses.push((await post('/Patient', resource, { 'if-none-exist': 'identifier=urn:mrn|same' })).status)
      })
    )
    expect(statuses.filter((status) => status === 201)).toHaveLength(1)
    expect(statuses.filter((status) => status === 200)).toHaveLength(999)
    expect((await api().get('/Patient?identifier=urn:mrn|same&_summary=count')).body.total).toBe(1)
  })

  test('the same inside overlapping transactions: every Observation ends at the one Patient', async () => {
    const bundles = Array.from({ length: 100 }, (_, i) =>
      transaction(
        {
          fullUrl: 'urn:uuid:5f3a4c1e-0000-4000-8000-000000000001',
          resource: patient({ identifier: [{ system: 'urn:mrn', value: 'tx' }] }),
          request: { method: 'POST', url: 'Patient', ifNoneExist: 'identifier=urn:mrn|tx' }
        },
        {
          resource: {
            resourceType: 'Observation',
            status: 'final',
            code: { text: `n${i}` },
            subject: { reference: 'urn:uuid:5f3a4c1e-0000-4000-8000-000000000001' }
          },
          request: { method: 'POST', url: 'Observation' }
        }
      )
    )
    const answers = await Promise.all(bundles.map((bundle) => post('', bundle)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    const { body } = await api().get('/Patient?identifier=urn:mrn|tx')
    expect(body.total).toBe(1)
    const count = await api().get(`/Observation?subject=Patient/${body.entry[0].resource.id}&_summary=count`)
    expect(count.body.total).toBe(100)
  })

  test('update and delete by condition: none creates, one is taken, several are refused', async () => {
    const query = 'identifier=urn:cond|1'
    const resource = patient({ identifier: [{ system: 'urn:cond', value: '1' }] })
    await put(`/Patient?${query}`, resource).expect(201)
    await put(`/Patient?${query}`, { ...resource, active: true }).expect(200)
    await post('/Patient', resource).expect(201)
    await put(`/Patient?${query}`, resource).expect(412)
    await api().delete(`/Patient?${query}`).expect(412)
    await api().delete('/Patient').expect(400)
    await api().delete('/Patient?identifier=urn:cond|none').expect(204)
  })
})

describe('bundles', () => {
  test('a transaction with one bad entry changes nothing and names the entry', async () => {
    const before = (await api().get('/Patient?_summary=count')).body.total
    const answer = await post(
      '',
      transaction(
        { resource: patient({ active: true }), request: { method: 'POST', url: 'Patient' } },
        {
          resource: {
            resourceType: 'Observation',
            status: 'final',
            code: { text: 'x' },
            subject: { reference: 'Patient/nobody' }
          },
          request: { method: 'POST', url: 'Observation' }
        }
      )
    ).expect(422)
    expect(codeOf(answer.body)).toBe('FHIR_REFERENCE_MISSING')
    expect((await api().get('/Patient?_summary=count')).body.total).toBe(before)
  })

  test('all verbs in one transaction; the read sees the state after it', async () => {
    await put('/Patient/t1', patient({ id: 't1', active: true })).expect(201)
    await put('/Patient/t2', patient({ id: 't2' })).expect(201)
    const data = Buffer.from(JSON.stringify([{ op: 'replace', path: '/active', value: false }])).toString('base64')
    const answer = await post(
      '',
      transaction(
        { request: { method: 'GET', url: 'Patient/t1' } },
        {
          resource: { resourceType: 'Binary', contentType: 'application/json-patch+json', data },
          request: { method: 'PATCH', url: 'Patient/t1' }
        },
        { request: { method: 'DELETE', url: 'Patient/t2' } },
        { resource: patient({ id: 't3' }), request: { method: 'PUT', url: 'Patient/t3' } }
      )
    ).expect(200)
    const entries = (answer.body as Bundle).entry!
    expect(entries.map((entry) => entry.response?.status)).toEqual(['200', '200', '204', '201'])
    expect((entries[0]!.resource as Patient).active).toBe(false)
    await api().get('/Patient/t2').expect(410)
  })

  test('a conditional reference is resolved inside the transaction, or refuses it', async () => {
    await put('/Patient/cr', patient({ id: 'cr', identifier: [{ system: 'urn:mrn', value: 'cr' }] })).expect(201)
    const about = (reference: string): Bundle =>
      transaction({
        resource: { resourceType: 'Observation', status: 'final', code: { text: 'x' }, subject: { reference } },
        request: { method: 'POST', url: 'Observation' }
      })
    const { body } = await post('', about('Patient?identifier=urn:mrn|cr')).expect(200)
    expect((body as Bundle).entry![0]!.resource).toMatchObject({ subject: { reference: 'Patient/cr' } })
    await post('', about('Patient?identifier=urn:mrn|nobody')).expect(422)
  })

  test('the same resource twice in a transaction is refused', async () => {
    const entry = { resource: patient({ id: 'twice' }), request: { method: 'PUT' as const, url: 'Patient/twice' } }
    await post('', transaction(entry, entry)).expect(400)
    await api().get('/Patient/twice').expect(404)
  })

  test('a batch answers each entry on its own', async () => {
    const answer = await post('', {
      resourceType: 'Bundle',
      type: 'batch',
      entry: [
        { request: { method: 'GET', url: 'Patient/nobody' } },
        { resource: patient({ id: 'b1' }), request: { method: 'PUT', url: 'Patient/b1' } },
        { resource: { resourceType: 'Patient', gender: 'x' }, request: { method: 'POST', url: 'Patient' } }
      ]
    }).expect(200)
    expect((answer.body as Bundle).entry!.map((entry) => entry.response?.status)).toEqual(['404', '201', '422'])
  })
})

describe('search', () => {
  beforeAll(async () => {
    const subject = { reference: 'Patient/s1' }
    const entry: NonNullable<Bundle['entry']> = [
      { resource: patient({ id: 's1', name: [{ family: 'Canary' }] }), request: { method: 'PUT', url: 'Patient/s1' } }
    ]
    for (let i = 0; i < 25; i++) {
      const resource: Observation = {
        resourceType: 'Observation',
        id: `s-${i}`,
        status: 'final',
        code: { coding: [{ system: 'urn:page', code: 'p' }] },
        subject,
        // Two on each day, so that the sort alone does not decide.
        effectiveDateTime: `2026-01-${String(1 + (i >> 1)).padStart(2, '0')}`
      }
      entry.push({ resource, request: { method: 'PUT', url: `Observation/s-${i}` } })
    }
    await post('', transaction(...entry)).expect(200)
  })

  test.each(['', '&_sort=date', '&_sort=-date', '&_sort=-date,_id'])(
    'pages of 4 bring every match once, also while others are written (%s)',
    async (sort) => {
      const seen: string[] = []
      let url = `${base}/Observation?code=urn:page|p&patient=s1&_count=4${sort}`
      for (let page = 0; url && page < 20; page++) {
        const { body } = await request(url).get('').expect(200)
        seen.push(...body.entry.map((entry: { resource: { id: string } }) => entry.resource.id))
        url = body.link.find((link: { relation: string }) => link.relation === 'next')?.url
        await post('/Observation', { resourceType: 'Observation', status: 'final', code: { text: 'noise' } }).expect(
          201
        )
      }
      expect(seen).toHaveLength(25)
      expect(new Set(seen).size).toBe(25)
    }
  )

  test('_include and _revinclude bring the other end, marked as included', async () => {
    const include = await api().get('/Observation?_id=s-1&_include=Observation:subject').expect(200)
    expect(
      include.body.entry.map((e: { resource: { id: string }; search: { mode: string } }) => [
        e.resource.id,
        e.search.mode
      ])
    ).toEqual([
      ['s-1', 'match'],
      ['s1', 'include']
    ])
    const reverse = await api().get('/Patient?_id=s1&_revinclude=Observation:patient').expect(200)
    expect(reverse.body.entry).toHaveLength(26)
  })

  test('by POST no value stands in any link', async () => {
    const { body } = await api()
      .post('/Observation/_search')
      .type('form')
      .send('patient.name=canary&_count=2')
      .expect(200)
    expect(body.entry).toHaveLength(2)
    expect(JSON.stringify(body.link).toLowerCase()).not.toContain('canary')
    const next = body.link.find((link: { relation: string }) => link.relation === 'next').url
    expect((await request(next).get('').expect(200)).body.entry).toHaveLength(2)
    await api().get('/Observation?_page=forged').expect(400)
  })

  test('what is not supported is refused by name and without its value', async () => {
    const { body } = await api().get('/Patient?shoe-size=CANARY').expect(400)
    expect(codeOf(body)).toBe('FHIR_SEARCH_UNSUPPORTED')
    expect(body.issue[0].expression).toEqual(['shoe-size'])
    expect(JSON.stringify(body)).not.toContain('CANARY')
  })

  test('every search parameter of the CapabilityStatement is answered', async () => {
    const { body } = await api().get('/metadata').expect(200)
    const refused: string[] = []
    let asked = 0
    for (const { type, searchParam } of (body as CapabilityStatement).rest![0]!.resource!) {
      for (const { name } of searchParam!) {
        if (name === '_id' || name === '_lastUpdated') continue
        asked += 1
        await store.search(`${type}?${name}:missing=false&_count=1`).catch(() => refused.push(`${type}.${name}`))
      }
    }
    expect(asked).toBeGreaterThan(1500)
    expect(refused).toEqual([])
  })

  test('AI provenance is found by its reason in the value set of the guide', async () => {
    await put('/Device/d1', { resourceType: 'Device', id: 'd1' }).expect(201)
    await put('/Provenance/ai', {
      resourceType: 'Provenance',
      id: 'ai',
      target: [{ reference: 'Patient/s1' }],
      recorded: '2026-03-01T10:00:00Z',
      reason: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'AIAST' }] }],
      agent: [{ who: { reference: 'Device/d1' } }]
    }).expect(201)
    const url = 'http://hl7.org/fhir/uv/aitransparency/ValueSet/ProvenanceVS'
    const { body } = await api().get(`/Provenance?target=Patient/s1&reason:in=${url}`).expect(200)
    expect(body.entry.map((entry: { resource: { id: string } }) => entry.resource.id)).toEqual(['ai'])
  })
})

describe('hostile input', () => {
  test.each([
    ['XML asked for', () => api().get('/Patient/s1').set('accept', 'application/fhir+xml'), 406],
    ['_format=xml', () => api().get('/Patient/s1?_format=xml'), 406],
    ['XML sent', () => api().post('/Patient').set('content-type', 'application/fhir+xml').send('<Patient/>'), 415],
    ['broken JSON', () => api().post('/Patient').set('content-type', fhir).send('{"resourceType"'), 400],
    ['a body over the limit', () => post('/Patient', patient({ name: [{ text: 'x'.repeat(300_000) }] })), 413],
    [
      'a __proto__ key',
      () =>
        api().post('/Patient').set('content-type', fhir).send('{"resourceType":"Patient","__proto__":{"active":true}}'),
      422
    ],
    [
      '10,000 levels',
      () =>
        api()
          .post('/Patient')
          .set('content-type', fhir)
          .send(`{"resourceType":"Patient","x":${'['.repeat(10_000)}${']'.repeat(10_000)}}`),
      422
    ],
    [
      'a number beyond a double',
      () =>
        api()
          .post('/Patient')
          .set('content-type', fhir)
          .send('{"resourceType":"Patient","multipleBirthInteger":1e400}'),
      422
    ],
    [
      'a number with too many digits',
      () =>
        api()
          .post('/Patient')
          .set('content-type', fhir)
          .send('{"resourceType":"Patient","multipleBirthInteger":12345678901234567890}'),
      422
    ],
    ['an unknown type', () => post('/Mystery', { resourceType: 'Mystery' }), 404],
    ['the wrong type', () => post('/Patient', { resourceType: 'Observation' }), 400],
    ['a system search', () => api().get('/?_type=Patient'), 400],
    ['a broken percent escape', () => api().get('/Patient/%E0%A4%A'), 400]
  ])('%s', async (_name, send, status) => {
    const answer = await send()
    expect(answer.status).toBe(status)
    expect(answer.body.resourceType).toBe('OperationOutcome')
    expect(({} as Record<string, unknown>)['active']).toBeUndefined()
  })

  test('a resource that a check refuses is not stored, neither alone nor in a transaction', async () => {
    const subscription = {
      resourceType: 'Subscription' as const,
      status: 'requested' as const,
      reason: 'test',
      criteria: 'Patient?x=1',
      channel: { type: 'rest-hook' as const, endpoint: 'http://127.0.0.1' }
    }
    const alone = await post('/Subscription', subscription).expect(422)
    expect(codeOf(alone.body)).toBe('SUBSCRIPTION_NEVER_FIRES')
    await post('', transaction({ resource: subscription, request: { method: 'POST', url: 'Subscription' } })).expect(
      422
    )
    expect((await api().get('/Subscription?_summary=count')).body.total).toBe(0)
  })

  test('an entry whose URL is no URL is refused, the others are answered', async () => {
    const urls = ['Patient/\ud800', 'Patient/%', `Patient?${'x'.repeat(20_000)}`, 'Patient']
    const body = {
      resourceType: 'Bundle',
      type: 'batch',
      entry: urls.map((url) => ({ request: { method: 'GET', url } }))
    }
    const { body: answer } = await post('', body).expect(200)
    expect((answer as Bundle).entry?.map(({ response }) => response?.status?.slice(0, 3))).toEqual([
      '400',
      '400',
      '400',
      '200'
    ])
  })

  test('a resource without what a check reads is invalid, not a defect of ours', async () => {
    const answer = await post('/Subscription', { resourceType: 'Subscription', status: 'requested' }).expect(422)
    expect(codeOf(answer.body)).toBe('FHIR_INVALID')
  })

  test('no value of the input comes back in an error', async () => {
    const canary = 'Mustermann-4711'
    const bodies = [
      { resourceType: 'Patient', gender: canary },
      { resourceType: 'Patient', [canary]: 1 },
      { resourceType: 'Patient', birthDate: canary },
      { resourceType: 'Patient', managingOrganization: { reference: `Organization/${canary}` } },
      { resourceType: 'Patient', managingOrganization: { reference: canary } },
      { resourceType: canary }
    ]
    for (const body of bodies) {
      const answer = await post('/Patient', body)
      expect(answer.status).toBeGreaterThanOrEqual(400)
      expect(answer.text).not.toContain(canary)
    }
  })
})
