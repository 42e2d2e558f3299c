import type { Observation } from '@medplum/fhirtypes'
import { HIS, IDENTIFIER } from '../../../fhir-profiles/index.ts'
import { ecg, potassium, record } from '../../../test/support/potassium-record.ts'
import { readEcg } from '../../record/ecg.ts'
import { basisOfReference, referenceFor } from './reference.ts'
import { timingOf } from './timing.ts'

async function found(observations: (Observation & { id: string })[], leads: Record<string, Float64Array> = {}) {
  const reader = record([ecg('now', 0), ...observations], leads)
  const now = (await readEcg(ecg('now', 0), reader, false))!
  const reference = await referenceFor(now, reader, timingOf({}))
  return reference && { ...reference, lead: reference.lead.samples.length }
}

const THEN = 240

test('the latest earlier tracing with a normal potassium beside it, with both versions for the basis', async () => {
  const observations = [
    ecg('older', 500),
    potassium('k-older', 500.5, 4.4),
    ecg('then', THEN),
    potassium('k-far', THEN - 0.9, 4.9),
    potassium('k-near', THEN + 0.2, 4.1),
    ecg('without', 50)
  ]
  const reference = await found(observations)
  expect(reference).toEqual({
    ecg: 'Observation/then/_history/1',
    potassium: { reference: 'Observation/k-near/_history/1', value: 4.1 },
    days: 10,
    lead: 5000
  })
  expect(basisOfReference(reference as never)).toEqual(['Observation/then/_history/1', 'Observation/k-near/_history/1'])
  expect(basisOfReference(undefined)).toEqual([])
})

const haemolysed = { interpretation: [{ coding: [HIS['specimen-haemolysed']] }] }
const quarantine = { meta: { tag: [{ ...HIS.quarantine }] } }

test.each<[string, (Observation & { id: string })[]]>([
  ['no earlier tracing', [potassium('k', THEN, 4.2)]],
  ['no potassium', [ecg('then', THEN)]],
  ['a potassium over an hour away', [ecg('then', THEN), potassium('k', THEN + 1.1, 4.2)]],
  ['a high one', [ecg('then', THEN), potassium('k', THEN, 5.1)]],
  ['a low one', [ecg('then', THEN), potassium('k', THEN, 3.4)]],
  ['a normal and a high one', [ecg('then', THEN), potassium('k', THEN, 4.2), potassium('high', THEN + 0.5, 5.8)]],
  ['a haemolysed one', [ecg('then', THEN), potassium('k', THEN, 4.2, haemolysed)]],
  ['a preliminary one', [ecg('then', THEN), potassium('k', THEN, 4.2, { status: 'preliminary' })]],
  [
    'one below a limit',
    [ecg('then', THEN), potassium('k', THEN, 4.2, { valueQuantity: { value: 4.2, code: 'mmol/L', comparator: '<' } })]
  ],
  ['one held back for another person', [ecg('then', THEN), potassium('k', THEN, 4.2, quarantine)]],
  ['a tracing held back for another person', [ecg('then', THEN, quarantine), potassium('k', THEN, 4.2)]],
  ['a retracted tracing', [ecg('then', THEN, { status: 'entered-in-error' }), potassium('k', THEN, 4.2)]],
  ['a tracing of more than two years ago', [ecg('then', 24 * 740), potassium('k', 24 * 740, 4.2)]],
  ['a later tracing', [ecg('then', -5), potassium('k', -5, 4.2)]],
  // What was collected within an hour of the tracing judges its result, and must not help to make it.
  ['a tracing of the same hour', [ecg('then', 0.5), potassium('k', 0.5, 4.2)]],
  ['a potassium of the same hour', [ecg('then', 1.5), potassium('k', 0.8, 4.2)]],
  [
    'the same tracing by another way',
    [
      ecg('then', THEN, { identifier: [{ system: IDENTIFIER.tracing, value: 'tracing-now' }] }),
      potassium('k', THEN, 4.2)
    ]
  ]
])('%s is no reference', async (_what, observations) => {
  expect(await found(observations)).toBeUndefined()
})

test('a tracing that the screen would refuse is passed over for the one before it', async () => {
  const observations = [
    ecg('early', THEN),
    potassium('k', THEN, 4.2),
    ecg('older', 500),
    potassium('k-older', 500, 4.4)
  ]
  expect(await found(observations, { early: new Float64Array(5000) })).toMatchObject({
    ecg: 'Observation/older/_history/1'
  })
})
