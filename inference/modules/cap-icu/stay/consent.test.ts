import type { Consent, ConsentProvision } from '@medplum/fhirtypes'
import type { RecordReader } from '../../../../core/record.ts'
import { isDenied } from './consent.ts'

const CODE = { system: 'urn:site', code: 'ai-use' }
const AT = '2026-01-05T08:00:00.000Z'
const named = (type: 'deny' | 'permit', facts: Partial<ConsentProvision> = {}): ConsentProvision => ({
  type,
  action: [{ coding: [CODE] }],
  ...facts
})
const consent = (facts: Partial<Consent>): Consent => ({
  resourceType: 'Consent',
  id: 'c',
  status: 'active',
  scope: { text: 'privacy' },
  category: [{ text: 'privacy' }],
  ...facts
})
const ask = (...found: Consent[]) =>
  isDenied('Patient/p', AT, { search: async () => found } as never as RecordReader, [CODE])
const other = { coding: [{ system: 'urn:site', code: 'research' }] }

test.each<[string, Partial<Consent>, boolean]>([
  ['denied by action', { provision: named('deny') }, true],
  ['denied by purpose', { provision: { type: 'deny', purpose: [CODE] } }, true],
  ['denied by code', { provision: { type: 'deny', code: [{ coding: [CODE] }] } }, true],
  ['a consent about this use that denies', { category: [{ coding: [CODE] }], provision: { type: 'deny' } }, true],
  ['an exception within what is permitted', { provision: { type: 'permit', provision: [named('deny')] } }, true],
  ['permitted', { provision: named('permit') }, false],
  ['an exception within what is denied', { provision: named('deny', { provision: [named('permit')] }) }, false],
  [
    'an exception for another use',
    { provision: named('deny', { provision: [{ type: 'permit', action: [other] }] }) },
    true
  ],
  ['another use denied', { provision: { type: 'deny', action: [other] } }, false],
  ['denied in another year', { provision: named('deny', { period: { end: '2025-01-01' } }) }, false],
  ['nothing said', {}, false]
])('%s', async (_, facts, expected) => {
  expect(await ask(consent(facts))).toBe(expected)
})

test('no consent denies nothing, and one of several is enough', async () => {
  expect(await ask()).toBe(false)
  expect(await ask(consent({}), consent({ provision: named('deny') }))).toBe(true)
})
