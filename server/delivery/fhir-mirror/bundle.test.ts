import type { Bundle, Provenance, Resource } from '@medplum/fhirtypes'
import type { RecordReader } from '../../../core/record.ts'
import { mirrorBundle, type Stored } from './bundle.ts'

const BEFORE = '2026-01-01T10:00:00.000Z'
const AT = '2026-01-01T11:00:00.000Z'
const LATER = '2026-01-01T12:00:00.000Z'
const meta = (versionId: string, lastUpdated: string) => ({ versionId, lastUpdated })

const patient = (version: string, at: string, family: string) => ({
  resourceType: 'Patient',
  id: 'p',
  meta: meta(version, at),
  identifier: [
    { system: 'urn:visits', value: 'V1' },
    { system: 'urn:hosp', value: '77', type: { coding: [{ code: 'MR' }] } }
  ],
  name: [{ family }]
})
const risk = (version: string, at: string, status: string) => ({
  resourceType: 'RiskAssessment',
  id: 'r',
  meta: { ...meta(version, at), tag: [{ code: 'advisory' }] },
  status,
  subject: { reference: 'Patient/p', display: 'kept' },
  performer: { reference: 'Device/d' },
  basis: [{ reference: 'Observation/o/_history/2' }]
})
const provenance = {
  resourceType: 'Provenance',
  id: 'v',
  meta: meta('1', AT),
  recorded: AT,
  target: [{ reference: 'RiskAssessment/r' }],
  agent: [{ who: { reference: 'Device/d' } }],
  entity: [
    { role: 'source', what: { reference: 'Observation/o/_history/2' } },
    { role: 'derivation', what: { reference: 'DocumentReference/card' } }
  ]
} as Stored<Provenance>

/** Versions oldest first. */
function recordOf(...versions: object[]): RecordReader {
  const all = versions as Stored[]
  return {
    async read<T extends Resource>(reference: string) {
      const [type, id, , version] = reference.split('/')
      const same = all.filter((one) => one.resourceType === type && one.id === id)
      return (version ? same.find((one) => one.meta?.versionId === version) : same.at(-1)) as T | undefined
    },
    search: async () => [],
    waveform: () => Promise.reject(new Error('no waveform is read')),
    reads: []
  }
}
const record = recordOf(
  patient('1', BEFORE, 'Then'),
  patient('2', LATER, 'Now'),
  risk('1', BEFORE, 'preliminary'),
  risk('2', AT, 'corrected'),
  risk('3', LATER, 'entered-in-error'),
  { resourceType: 'Device', id: 'd', meta: meta('1', BEFORE) },
  { resourceType: 'DocumentReference', id: 'card', meta: meta('1', BEFORE) },
  { resourceType: 'Observation', id: 'o', meta: meta('2', BEFORE) }
)
const build = (patients: 'id' | 'identifier'): Promise<Bundle> => mirrorBundle(provenance, { record, patients, at: AT })
const of = (bundle: Bundle, type: string) => bundle.entry?.find(({ resource }) => resource?.resourceType === type)

test('holds the result as it stood at the instant, with patient, device and card, and neither tracing nor order', async () => {
  const bundle = await build('id')
  expect(bundle.entry?.map(({ request }) => request)).toEqual(
    ['Device/d', 'DocumentReference/card', 'Patient/p', 'RiskAssessment/r', 'Provenance/v'].map((url) => ({
      method: 'PUT',
      url
    }))
  )
  expect(of(bundle, 'RiskAssessment')?.resource).toMatchObject({ id: 'r', status: 'corrected' })
  expect(of(bundle, 'Patient')?.resource).toMatchObject({ id: 'p', name: [{ family: 'Then' }] })
})

test('leaves version and time of change to the other server, and keeps tags', async () => {
  const bundle = await build('id')
  expect(of(bundle, 'RiskAssessment')?.resource?.meta).toEqual({ tag: [{ code: 'advisory' }] })
  expect(of(bundle, 'Device')?.resource?.meta).toBeUndefined()
})

test('points literally at what travels along and names the rest by our reference with its version', async () => {
  const bundle = await build('id')
  const ours = {
    type: 'Observation',
    identifier: { system: 'urn:hisbundle:reference', value: 'Observation/o/_history/2' }
  }
  expect(of(bundle, 'RiskAssessment')?.resource).toMatchObject({
    subject: { reference: 'Patient/p', display: 'kept' },
    performer: { reference: 'Device/d' },
    basis: [ours]
  })
  const run = of(bundle, 'Provenance')?.resource as Provenance | undefined
  expect(run?.entity).toEqual([
    { role: 'source', what: ours },
    { role: 'derivation', what: { reference: 'DocumentReference/card' } }
  ])
})

test('puts a patient whom the other server knows by identifier, without our id, and everything points at that entry', async () => {
  const bundle = await build('identifier')
  const entry = of(bundle, 'Patient')
  expect(entry?.request).toEqual({ method: 'PUT', url: 'Patient?identifier=urn%3Ahosp%7C77' })
  expect(entry?.fullUrl).toBe('urn:uuid:p')
  expect(entry?.resource?.id).toBeUndefined()
  expect(of(bundle, 'RiskAssessment')?.resource).toMatchObject({ id: 'r', subject: { reference: 'urn:uuid:p' } })
})

test('is the same bytes whenever it is built', async () => {
  expect(JSON.stringify(await build('id'))).toBe(JSON.stringify(await build('id')))
})
