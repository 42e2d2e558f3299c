import type { Observation, Patient, Resource } from '@medplum/fhirtypes'
import type { Cause } from '../../core/changes.ts'
import { AppError } from '../../core/errors/app-error.ts'
import type { FhirStore } from '../../core/fhir-store.ts'
import { parseJson, stringifyJson } from '../../core/json-numbers.ts'

/** A store in an empty place, and the way to end it and wipe the place. */
export interface StoreUnderTest {
  store: FhirStore
  /** Stops it and opens the same data anew. */
  reopen(): Promise<FhirStore>
  dispose(): Promise<void>
}

const CAUSE: Cause = { kind: 'ingest', envelopeId: '01J0000000000000000000TEST' }
const patient = (id: string, more: Partial<Patient> = {}): Patient & { id: string } => ({
  resourceType: 'Patient',
  id,
  ...more
})
const potassium = (
  id: string,
  subject: string,
  value: number,
  more: Partial<Observation> = {}
): Observation & { id: string } => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '2823-3' }], text: 'Potassium' },
  subject: { reference: `Patient/${subject}` },
  effectiveDateTime: '2026-03-01T10:00:00+01:00',
  valueQuantity: { value, unit: 'mmol/L', system: 'http://unitsofmeasure.org', code: 'mmol/L' },
  ...more
})

async function refusal(work: Promise<unknown>): Promise<{ code?: string; reason?: string; at?: string }> {
  try {
    await work
  } catch (error) {
    if (error instanceof AppError) return { code: error.code, reason: error.reason, at: error.at }
    throw error
  }
  return {}
}

/** What every FhirStore promises, whatever database it stands on. */
export function fhirStoreContract(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`FhirStore contract: ${name}`, () => {
    let under: StoreUnderTest
    let store: FhirStore
    const put = (...resources: (Resource & { id: string })[]) =>
      store.write(
        resources.map((resource) => ({ resource })),
        CAUSE
      )
    const find = async (query: string): Promise<string[]> => (await store.search(query)).map(({ id }) => id!).sort()

    const fresh = async (): Promise<void> => {
      under = await open()
      store = under.store
    }

    describe('writes', () => {
      beforeEach(fresh)
      afterEach(() => under.dispose())

      test('versions count from 1, and equal content makes no new version and no change row', async () => {
        const [created] = await put(patient('a', { active: true }))
        const [again] = await put(
          patient('a', { active: true, meta: { versionId: '77', lastUpdated: '2020-01-01T00:00:00Z' } })
        )
        const [changed] = await put(patient('a', { active: false }))
        expect([created, again, changed].map((each) => [each?.outcome, each?.resource.meta?.versionId])).toEqual([
          ['created', '1'],
          ['unchanged', '1'],
          ['updated', '2']
        ])
        expect((await store.takeChanges(10)).map(({ event }) => event.eventId)).toEqual([
          'Patient/a/_history/1',
          'Patient/a/_history/2'
        ])
      })

      test('history keeps every version, also after a delete and a new creation', async () => {
        await put(patient('a', { active: true }))
        await store.write([{ resource: patient('a'), remove: true }], CAUSE)
        expect(await store.read('Patient', 'a')).toBeUndefined()
        expect(await find('Patient?active=true')).toEqual([])
        await put(patient('a', { active: false }))
        expect((await store.readVersion<Patient>('Patient', 'a', '1'))?.active).toBe(true)
        expect(await store.readVersion('Patient', 'a', '2')).toBeUndefined()
        expect((await store.read<Patient>('Patient', 'a'))?.meta?.versionId).toBe('3')
      })

      test('a batch is all or nothing, its change rows too', async () => {
        const outcome = await refusal(put(patient('a'), potassium('o', 'nobody', 5)))
        expect(outcome).toEqual({ code: 'FHIR_REFERENCE_MISSING', at: 'Observation.subject', reason: undefined })
        expect(await store.read('Patient', 'a')).toBeUndefined()
        expect(await store.takeChanges(10)).toEqual([])
      })

      test('entries of one batch may refer to each other, whatever their order', async () => {
        await put(potassium('o', 'a', 5), patient('a'))
        expect(await find('Observation?subject=Patient/a')).toEqual(['o'])
      })

      test('change rows name the patient, the cause and the interaction, in commit order, until they are dropped', async () => {
        let told = 0
        const end = store.onCommit(() => {
          told += 1
        })
        await put(patient('a'))
        await put(potassium('o', 'a', 5))
        await store.write(
          [{ resource: { resourceType: 'Observation', id: 'o' } as Observation & { id: string }, remove: true }],
          CAUSE
        )
        end()
        await put(patient('b'))
        expect(told).toBe(3)
        const rows = await store.takeChanges(10)
        expect(
          rows.map(({ event }) => [event.eventId, event.patientId, event.interaction, event.cause.envelopeId])
        ).toEqual([
          ['Patient/a/_history/1', 'a', 'create', CAUSE.envelopeId],
          ['Observation/o/_history/1', 'a', 'create', CAUSE.envelopeId],
          ['Observation/o/_history/2', 'a', 'delete', CAUSE.envelopeId],
          ['Patient/b/_history/1', 'b', 'create', CAUSE.envelopeId]
        ])
        await store.dropChanges(rows[2]!.seq)
        expect((await store.takeChanges(10)).map(({ event }) => event.id)).toEqual(['b'])
      })

      test('decimals keep their digits in every version, and another precision is a change (A3-41)', async () => {
        const write = async (value: string): Promise<(string | undefined)[]> => {
          const text = stringifyJson(potassium('o', 'a', 0)).replace('"value":0', `"value":${value}`)
          const [result] = await put(parseJson(text) as Observation & { id: string })
          return [result!.outcome, digitsOf(result!.resource)]
        }
        const digitsOf = (resource: unknown): string | undefined =>
          /"valueQuantity":\{"value":([^,}]+)/.exec(stringifyJson(resource))?.[1]
        await put(patient('a'))
        expect(await write('1')).toEqual(['created', '1'])
        expect(await write('1.0')).toEqual(['updated', '1.0'])
        expect(await write('1.0')).toEqual(['unchanged', '1.0'])
        expect(await write('1.00')).toEqual(['updated', '1.00'])
        expect(await write('0.010')).toEqual(['updated', '0.010'])
        expect(await write('1.50e2')).toEqual(['updated', '1.50e2'])
        store = await under.reopen()
        const versions = ['1', '2', '3', '4', '5'].map((version) => store.readVersion('Observation', 'o', version))
        expect((await Promise.all(versions)).map(digitsOf)).toEqual(['1', '1.0', '1.00', '0.010', '1.50e2'])
        expect(digitsOf(await store.read('Observation', 'o'))).toBe('1.50e2')
        expect((await store.search('Observation?value-quantity=150')).map(digitsOf)).toEqual(['1.50e2'])
        expect(await find('Observation?value-quantity=0.01')).toEqual([])
      })

      test('an integer has no precision to keep', async () => {
        const text = '{"resourceType":"Patient","id":"n","multipleBirthInteger":2.0,"telecom":[{"rank":1e0}]}'
        const [created] = await put(parseJson(text) as Patient & { id: string })
        for (const resource of [created!.resource, await store.read('Patient', 'n')]) {
          expect(stringifyJson(resource)).toContain('"multipleBirthInteger":2,"telecom":[{"rank":1}]')
        }
      })

      test('ifMatch writes only over that version, onlyIfAbsent only where nothing is', async () => {
        await put(patient('a', { active: true }))
        const stale = store.write([{ resource: patient('a', { active: false }), ifMatch: '2' }], CAUSE)
        expect((await refusal(stale)).code).toBe('FHIR_VERSION_CONFLICT')
        const [kept] = await store.write([{ resource: patient('a', { active: false }), onlyIfAbsent: true }], CAUSE)
        expect([kept!.outcome, (kept!.resource as Patient).active]).toEqual(['kept', true])
      })

      test('what was written is there after a reopen', async () => {
        await put(patient('a', { active: true }))
        store = await under.reopen()
        expect((await store.read<Patient>('Patient', 'a'))?.active).toBe(true)
        expect(await find('Patient?active=true')).toEqual(['a'])
        expect(await store.takeChanges(10)).toHaveLength(1)
      })

      test('refuses what is not valid, with the position and without the value', async () => {
        const bad = { ...potassium('o', 'a', 5), status: 'Erika Mustermann' } as unknown as Observation & { id: string }
        expect(await refusal(put(patient('a'), bad))).toEqual({
          code: 'FHIR_INVALID',
          at: 'Observation.status',
          reason: 'code-not-in-value-set'
        })
        let deep: Record<string, unknown> = { url: 'http://x', valueString: 'x' }
        for (let i = 0; i < 10_000; i++) deep = { url: 'http://x', extension: [deep] }
        const nested = { ...patient('d'), extension: [deep] } as unknown as Patient & { id: string }
        expect(await refusal(put(nested))).toMatchObject({ code: 'FHIR_INVALID', reason: 'too-deep' })
        const polluted = JSON.parse('{"resourceType":"Patient","id":"p","__proto__":{"active":true}}')
        expect(await refusal(put(polluted))).toMatchObject({ code: 'FHIR_INVALID', reason: 'key' })
      })
    })

    describe('search', () => {
      afterAll(() => under.dispose())
      beforeAll(async () => {
        await fresh()
        await put(
          patient('a', {
            name: [{ family: 'Müller', given: ['Ann-Marie'] }],
            identifier: [{ system: 'urn:mrn', value: '1' }],
            birthDate: '1970-05-05',
            gender: 'female'
          }),
          patient('b', {
            name: [{ family: 'Zed' }],
            birthDate: '1980',
            meta: { tag: [{ system: 't', code: 'demo' }] }
          }),
          potassium('low', 'a', 3.1, { effectiveDateTime: '2026-03-01' }),
          potassium('high', 'a', 6.25, { effectiveDateTime: '2026-03-02T10:00:00Z', status: 'corrected' }),
          potassium('other', 'b', 4.4, { effectiveDateTime: '2026-04-01', code: { text: 'unknown' } })
        )
      })

      // By hand from FHIR R4 search sections 2.21.1.1 - 2.21.1.13 over the five resources above.
      test.each([
        ['Patient?name=mull', ['a']],
        ['Patient?name=Z,mul', ['a', 'b']],
        ['Patient?name:exact=Müller', ['a']],
        ['Patient?name:exact=muller', []],
        ['Patient?name:contains=MARI', ['a']],
        ['Patient?name:contains=%25', []],
        ['Patient?identifier=urn:mrn|1', ['a']],
        ['Patient?identifier=1', ['a']],
        ['Patient?identifier=|1', []],
        ['Patient?identifier=urn:mrn|', ['a']],
        ['Patient?identifier:missing=true', ['b']],
        ['Patient?identifier:missing=false', ['a']],
        ['Patient?birthdate=1970', ['a']],
        ['Patient?birthdate=gt1979', ['b']],
        ['Patient?birthdate=lt1980', ['a']],
        ['Patient?_tag=t|demo', ['b']],
        ['Patient?_id=a,zzz', ['a']],
        ['Patient?gender:in=http://hl7.org/fhir/ValueSet/administrative-gender', ['a']],
        ['Patient?gender:not=female', ['b']],
        ['Patient?_lastUpdated=ge2020', ['a', 'b']],
        ['Patient?_lastUpdated=lt2020', []],
        ['Patient?_has:Observation:patient:status=corrected', ['a']],
        ['Observation?code=http://loinc.org|2823-3', ['high', 'low']],
        ['Observation?code:not=2823-3', ['other']],
        ['Observation?patient=a', ['high', 'low']],
        ['Observation?subject=Patient/b', ['other']],
        ['Observation?subject:Patient=b', ['other']],
        ['Observation?patient.name=zed', ['other']],
        ['Observation?subject:Patient.birthdate=1970-05-05', ['high', 'low']],
        ['Observation?date=2026-03', ['high', 'low']],
        ['Observation?date=ge2026-03-02&date=lt2026-04', ['high']],
        ['Observation?date=sa2026-03-02', ['other']],
        ['Observation?date=eb2026-03-02', ['low']],
        ['Observation?value-quantity=gt5', ['high']],
        ['Observation?value-quantity=6.2', []],
        ['Observation?value-quantity=6.25||mmol/L', ['high']],
        ['Observation?value-quantity=4.4|http://unitsofmeasure.org|mmol/L', ['other']],
        ['Observation?value-quantity=4.4|http://unitsofmeasure.org|mg/dL', []],
        ['Observation?value-quantity=ap6', ['high']],
        ['Observation?patient=a&status=final&value-quantity=lt3.5', ['low']]
      ])('%s', async (query, expected) => {
        expect(await find(query)).toEqual(expected)
      })

      test.each([
        ['Patient?shoe-size=1', 'shoe-size'],
        ['Patient?name:above=x', 'name:above'],
        ['Observation?code:text=x', 'code:text'],
        ['Observation?date=yesterday', 'date'],
        ['Observation?subject.organization.name=x', 'subject.organization.name'],
        ['Observation?code-value-quantity=x', 'code-value-quantity'],
        ['Patient?_sort=nothing', '_sort:nothing'],
        ['Patient?_text=x', '_text'],
        ['Observation?_include:iterate=Observation:subject', '_include:iterate'],
        ['Provenance?reason:in=http://example.org/ValueSet/unknown', 'reason:in']
      ])('refuses %s by name', async (query, at) => {
        expect(await refusal(store.search(query))).toMatchObject({ code: 'FHIR_SEARCH_UNSUPPORTED', at })
      })

      test('_sort orders, what lacks the value comes last', async () => {
        const order = async (query: string) => (await store.search(query)).map(({ id }) => id)
        expect(await order('Observation?_sort=-date')).toEqual(['other', 'high', 'low'])
        expect(await order('Observation?_sort=value-quantity&_count=2')).toEqual(['low', 'other'])
        expect(await order('Patient?_sort=gender')).toEqual(['a', 'b'])
        expect(await order('Patient?_sort=-gender')).toEqual(['a', 'b'])
      })
    })

    describe('side by side', () => {
      beforeEach(fresh)
      afterEach(() => under.dispose())

      test('locks are exclusive by key and cannot wait for each other', async () => {
        const held = new Set<string>()
        let overlaps = 0
        await Promise.all(
          Array.from({ length: 100 }, (_, i) => {
            const keys = [`k${i % 5}`, `k${(i * 3) % 5}`, `k${(i * 7) % 5}`]
            return store.lock(keys, async () => {
              for (const key of new Set(keys)) {
                if (held.has(key)) overlaps += 1
                held.add(key)
              }
              await Promise.resolve()
              for (const key of keys) held.delete(key)
            })
          })
        )
        expect(overlaps).toBe(0)
      })

      // hardening A1-15, smaller here: random batches over few resources, side by side.
      test('random overlapping transactions all end, each whole or not at all', async () => {
        await put(...Array.from({ length: 8 }, (_, i) => patient(`p${i}`)))
        let seed = 20_260_301
        const random = (n: number): number => {
          seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff
          return seed % n
        }
        const outcomes = await Promise.all(
          Array.from({ length: 600 }, (_, i) => {
            const ids = [...new Set(Array.from({ length: 1 + random(4) }, () => random(8)))]
            const writes = ids.map((id) => ({
              resource: patient(`p${id}`, { identifier: [{ system: 'tx', value: String(i) }] })
            }))
            if (i % 5 === 0) writes.push({ resource: potassium(`o${i}`, 'nobody', 5) as never })
            return store.write(writes, CAUSE).then(
              () => 'done',
              (error: AppError) => error.code
            )
          })
        )
        expect(new Set(outcomes)).toEqual(new Set(['done', 'FHIR_REFERENCE_MISSING']))
        expect(outcomes.filter((outcome) => outcome === 'FHIR_REFERENCE_MISSING')).toHaveLength(120)
        // A batch that was refused left no trace in any version of any resource.
        for (const { event } of await store.takeChanges(10_000)) {
          const version = await store.readVersion<Patient>(event.resourceType, event.id, event.versionId)
          const mark = version?.identifier?.[0]?.value
          if (mark !== undefined) expect(Number(mark) % 5).not.toBe(0)
        }
      })

      test('operational tables share durability; a refused list of statements changes nothing', async () => {
        await store.sql.define(['CREATE TABLE IF NOT EXISTS timer (name TEXT PRIMARY KEY, at INTEGER NOT NULL)'])
        expect(
          await store.sql.write([{ sql: 'INSERT INTO timer (name, at) VALUES (?, ?)', params: ['a', 1] }])
        ).toEqual([1])
        const twice = store.sql.write([
          { sql: 'UPDATE timer SET at = 2' },
          { sql: 'INSERT INTO timer (name, at) VALUES (?, ?)', params: ['a', 1] }
        ])
        expect(await refusal(twice)).toMatchObject({ code: 'STORE_UNAVAILABLE', reason: 'constraint' })
        store = await under.reopen()
        expect(await store.sql.all('SELECT name, at FROM timer')).toEqual([{ name: 'a', at: 1 }])
      })
    })
  })
}
