import type { Resource, RiskAssessment, ServiceRequest } from '@medplum/fhirtypes'
import type { ChangeEvent } from '../../core/changes.ts'
import type { RecordReader } from '../../core/record.ts'
import { HIS } from '../../fhir-profiles/index.ts'
import { FEED_TAG } from '../record/marks.ts'
import { hl7Destination } from './hl7-destination.ts'

const ORDER: ServiceRequest = {
  resourceType: 'ServiceRequest',
  id: 'o1',
  status: 'active',
  intent: 'order',
  subject: { reference: 'Patient/p1' },
  meta: { tag: [{ system: FEED_TAG, code: 'lab' }] }
}
const risk = (changes: Partial<RiskAssessment> = {}): RiskAssessment => ({
  resourceType: 'RiskAssessment',
  id: 'r1',
  status: 'preliminary',
  subject: { reference: 'Patient/p1' },
  basedOn: { reference: 'ServiceRequest/o1' },
  meta: { versionId: '1' },
  ...changes
})
const event = (versionId: string): ChangeEvent =>
  ({ resourceType: 'RiskAssessment', id: 'r1', versionId, cause: { kind: 'result' } }) as unknown as ChangeEvent

/** Whether version `versionId` of the result would be sent, with what the receiver had before. */
async function wants(
  versions: Record<string, RiskAssessment>,
  versionId: string,
  sent: string[] = [],
  unsolicited?: boolean | 'asked'
): Promise<boolean> {
  const resources = new Map<string, Resource>([
    ['ServiceRequest/o1', ORDER],
    ...Object.entries(versions).map(([id, one]) => [`RiskAssessment/r1/_history/${id}`, one] as const)
  ])
  const record = { read: async (reference: string) => resources.get(reference) } as unknown as RecordReader
  const destination = hl7Destination({
    config: {
      name: 'lab',
      kind: 'mllp',
      address: 'mllp://127.0.0.1:1',
      acceptsSynthetic: true,
      commitment: 'none',
      profile: { unsolicited }
    },
    feeds: ['lab'],
    zone: 'UTC',
    outbox: { sentVersions: async () => sent },
    mayLeave: () => true
  })
  return destination.wants(event(versionId), record)
}

const KEPT = { tag: [HIS['fhir-only']] }

test('a result that answers an order of the feed is sent', async () => {
  expect(await wants({ 1: risk() }, '1')).toBe(true)
})

test('one that the site keeps out of HL7 v2 is not', async () => {
  expect(await wants({ 1: risk({ meta: KEPT }) }, '1')).toBe(false)
})

test('who had an earlier version still hears that it was taken back, though the site keeps it out of HL7 v2 by now', async () => {
  const versions = { 1: risk(), 2: risk({ status: 'entered-in-error', meta: KEPT }), 3: risk({ meta: KEPT }) }
  expect(await wants(versions, '2', ['1'])).toBe(true)
  expect(await wants({ ...versions, 1: risk({ mitigation: 'other' }) }, '3', ['1'])).toBe(false)
})

const ASKED = { basedOn: undefined, reasonReference: [{ reference: 'Observation/k1/_history/1' }] }

test.each<[string, boolean | 'asked' | undefined, Partial<RiskAssessment>, boolean]>([
  ['off, asked for', undefined, ASKED, false],
  ['asked, asked for', 'asked', ASKED, true],
  ['asked, of an ECG alone', 'asked', { basedOn: undefined }, false],
  ['asked, a refusal', 'asked', { ...ASKED, status: 'cancelled' }, false],
  ['all, of an ECG alone', true, { basedOn: undefined }, true]
])('what nobody ordered is sent by the policy of the destination: %s', async (_, unsolicited, changes, expected) => {
  expect(await wants({ 1: risk(changes) }, '1', [], unsolicited)).toBe(expected)
})

test('a result that lost what asked for it is not sent again; its retraction is', async () => {
  const versions = {
    1: risk(ASKED),
    2: risk({ basedOn: undefined }),
    3: risk({ basedOn: undefined, status: 'entered-in-error' })
  }
  expect(await wants(versions, '2', ['1'], 'asked')).toBe(false)
  expect(await wants(versions, '3', ['1'], 'asked')).toBe(true)
})
