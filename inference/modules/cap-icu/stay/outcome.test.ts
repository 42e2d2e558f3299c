import type { Encounter, Patient } from '@medplum/fhirtypes'
import { mayBeOutcome, outcomeOf } from './outcome.ts'

const DEATHS = ['20', '41']
const encounter = (facts: Partial<Encounter> = {}): Encounter => ({
  resourceType: 'Encounter',
  id: 'e1',
  meta: { versionId: '4' },
  status: 'finished',
  class: { code: 'IMP' },
  period: { start: '2026-01-05T08:00:00Z', end: '2026-01-09T12:00:00Z' },
  ...facts
})
const disposition = (text: string): Partial<Encounter> => ({ hospitalization: { dischargeDisposition: { text } } })
const person = (facts: Partial<Patient> = {}): Patient => ({
  resourceType: 'Patient',
  id: 'p1',
  meta: { versionId: '2' },
  ...facts
})

const EXPIRED = 'http://terminology.hl7.org/CodeSystem/discharge-disposition'
test.each<[string, Partial<Encounter>, Partial<Patient>, 0 | 1 | undefined]>([
  ['sent home', disposition('01'), {}, 0],
  ['a disposition of the site that means death', disposition('41'), {}, 1],
  [
    'the public code',
    { hospitalization: { dischargeDisposition: { coding: [{ system: EXPIRED, code: 'exp' }] } } },
    {},
    1
  ],
  ['no disposition, alive', {}, {}, 0],
  ['no disposition, known to be dead', {}, { deceasedBoolean: true }, 1],
  ['sent home, known to be dead since', disposition('01'), { deceasedBoolean: true }, 0],
  ['sent home, died a month later', disposition('01'), { deceasedDateTime: '2026-02-09T10:00:00Z' }, 0],
  ['died inside, whatever the disposition', disposition('01'), { deceasedDateTime: '2026-01-09T11:00:00Z' }, 1],
  ['died on the day of the discharge, no hour', {}, { deceasedDateTime: '2026-01-09' }, 1],
  ['died the day after, no hour', {}, { deceasedDateTime: '2026-01-10' }, 0],
  ['died last year', {}, { deceasedDateTime: '2025-01-10' }, 0],
  ['still there', { status: 'in-progress', period: { start: '2026-01-05T08:00:00Z' } }, {}, undefined],
  [
    'still there, died',
    { status: 'in-progress', period: { start: '2026-01-05T08:00:00Z' } },
    { deceasedDateTime: '2026-01-07T10:00:00Z' },
    1
  ],
  [
    'still there, dead without a time',
    { status: 'in-progress', period: { start: '2026-01-05T08:00:00Z' } },
    { deceasedBoolean: true },
    undefined
  ],
  ['cancelled', { status: 'cancelled' }, {}, undefined],
  ['cancelled, dead', { status: 'cancelled' }, { deceasedDateTime: '2026-01-07T10:00:00Z' }, undefined],
  ['a mistake', { status: 'entered-in-error' }, {}, undefined],
  ['finished, nobody knows when', { period: { start: '2026-01-05T08:00:00Z' } }, {}, undefined]
])('%s', (_, facts, who, expected) => {
  expect(outcomeOf(encounter(facts), person(who), DEATHS)?.value).toBe(expected)
})

test('names the resource that says so, and when', () => {
  const died = person({ deceasedDateTime: '2026-01-07T10:00:00+01:00' })
  expect(outcomeOf(encounter(), died, DEATHS)).toEqual({
    reference: 'Patient/p1/_history/2',
    at: '2026-01-07T09:00:00.000Z',
    value: 1
  })
  expect(outcomeOf(encounter(disposition('20')), person(), DEATHS)).toEqual({
    reference: 'Encounter/e1/_history/4',
    at: '2026-01-09T12:00:00.000Z',
    value: 1
  })
})

test('a finished visit or a death may be an outcome, a transfer may not', () => {
  const one = (facts: Partial<Encounter>) => mayBeOutcome(encounter(facts))
  expect([one({}), one({ status: 'in-progress' })]).toEqual([true, false])
  expect([mayBeOutcome(person()), mayBeOutcome(person({ deceasedBoolean: true }))]).toEqual([false, true])
})
