import type { Condition } from '@medplum/fhirtypes'
import type { RecordReader } from '../../../core/record.ts'
import type { Ecg } from '../../record/ecg.ts'
import { knownWideQrs, wideQrsCodes } from './wide-qrs.ts'

const ecg = { patient: 'Patient/p', acquiredAt: '2026-03-01T12:00:00.000Z' } as Ecg

async function known(conditions: Partial<Condition>[], policy: Record<string, unknown> = {}) {
  const asked: string[] = []
  const search = async (query: string) => {
    asked.push(query)
    return conditions.map((one, i) => ({ resourceType: 'Condition', id: `c${i}`, recordedDate: '2020-01-01', ...one }))
  }
  const found = await knownWideQrs(ecg, { search } as unknown as RecordReader, wideQrsCodes(policy))
  return { found, asked }
}
const status = (code: string) => ({ coding: [{ code }] })

test('a standing condition from before the tracing is named with its version; the first of several', async () => {
  const { found, asked } = await known([{ id: 'b' }, { id: 'a', meta: { versionId: '3' } }])
  expect(found).toBe('Condition/a/_history/3')
  expect(asked[0]).toContain('http://hl7.org/fhir/sid/icd-10|I44.7,')
})

test.each<[string, Partial<Condition>]>([
  ['resolved', { clinicalStatus: status('resolved') }],
  ['refuted', { verificationStatus: status('refuted') }],
  ['entered in error', { verificationStatus: status('entered-in-error') }],
  ['of after the tracing', { onsetDateTime: '2026-03-02' }],
  ['recorded after the tracing', { recordedDate: '2026-03-02' }],
  ['of no time at all', { recordedDate: undefined }]
])('one that is %s says nothing', async (_what, condition) => {
  expect((await known([condition])).found).toBeUndefined()
})

test('a site names its own codes, or none', async () => {
  expect((await known([{}], { wideQrsConditions: ['urn:local|LSB'] })).asked[0]).toContain('&code=urn:local|LSB&')
  expect(await known([{}], { wideQrsConditions: [] })).toEqual({ found: undefined, asked: [] })
  for (const wrong of ['urn:local|LSB', [1], ['LSB'], ['a|b&_count=1'], ['a|b,c|d']])
    expect(() => wideQrsCodes({ wideQrsConditions: wrong })).toThrow('wideQrsConditions')
})
