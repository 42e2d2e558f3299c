import type { Observation } from '@medplum/fhirtypes'
import { HIS, LOINC } from '../../../fhir-profiles/index.ts'
import { potassiumSentences } from './potassium-sentences.ts'
import { readPotassium } from './reading.ts'
import { timingOf } from './timing.ts'
import { askingOf } from './triggers.ts'
import { checkWorkflowPolicy, workflowPolicyOf } from './workflow-policy.ts'

const AT = '2026-01-05T08:40:00.000Z'
const SAID = '2026-01-05T09:10:00.000Z'
const marked = (code: 'specimen-haemolysed' | 'specimen-rejected') => ({ interpretation: [{ coding: [HIS[code]] }] })
const mmol = (value: number, comparator?: '<' | '>') => ({
  valueQuantity: { value, code: 'mmol/L', ...(comparator ? { comparator } : {}) }
})
const absent = (text: string, code?: keyof typeof HIS) => ({
  dataAbsentReason: { text, ...(code ? { coding: [HIS[code]] } : {}) }
})
const asks = (changes: Partial<Observation>) => {
  const observation: Observation = {
    resourceType: 'Observation',
    id: 'k',
    status: 'final',
    code: { coding: [LOINC.potassiumSerum] },
    effectiveDateTime: AT,
    issued: SAID,
    ...changes
  }
  const asking = askingOf(readPotassium(observation), timingOf({}))
  return asking && [asking.kind, asking.at]
}

test.each<[string, Partial<Observation>, string | undefined]>([
  ['normal', mmol(4.2), undefined],
  ['5.5', mmol(5.5), undefined],
  ['5.6', mmol(5.6), 'high'],
  ['>9.0', mmol(9, '>'), 'high'],
  ['<9.0', mmol(9, '<'), undefined],
  ['5.6 preliminary', { ...mmol(5.6), status: 'preliminary' }, undefined],
  ['5.6 entered in error', { ...mmol(5.6), status: 'entered-in-error' }, undefined],
  ['haemolysed and normal', { ...mmol(4.2), ...marked('specimen-haemolysed') }, 'haemolysed'],
  [
    'haemolysed and preliminary',
    { ...mmol(6.2), ...marked('specimen-haemolysed'), status: 'preliminary' },
    'haemolysed'
  ],
  ['haemolysed, entered in error', { ...marked('specimen-haemolysed'), status: 'entered-in-error' }, undefined],
  ['rejected with a value', { ...mmol(6.2), ...marked('specimen-rejected') }, 'missing'],
  ['cancelled, its value kept', { ...mmol(6.2), status: 'cancelled' }, 'missing'],
  ['without value', absent('no-value'), 'missing'],
  ['without value, registered', { ...absent('no-value'), status: 'registered' }, undefined],
  ['taken back for words', { ...absent('value-taken-back'), status: 'entered-in-error' }, 'missing'],
  ['of an unknown unit', absent('unit-unmapped', 'unit-unknown'), undefined],
  ['implausible', absent('unit-error', 'value-implausible'), undefined],
  [
    'of urine, haemolysed',
    { ...absent('specimen-mismatch', 'input-conflict'), ...marked('specimen-haemolysed') },
    undefined
  ],
  ['in mg/dL over REST', { valueQuantity: { value: 25, code: 'mg/dL' } }, undefined],
  ['140 over REST', mmol(140), undefined]
])('what a potassium asks that is %s', (_, changes, kind) => {
  expect(asks(changes)?.[0]).toBe(kind)
})

test('asks at its collection; a missing one that was never collected when the laboratory said so, a high one never then', () => {
  expect(asks(mmol(6))).toEqual(['high', AT])
  expect(asks({ ...mmol(6), effectiveDateTime: undefined })).toBeUndefined()
  expect(asks({ ...absent('no-value'), effectiveDateTime: undefined })).toEqual(['missing', SAID])
  expect(asks({ ...absent('no-value'), effectiveDateTime: '2026-01-05' })).toEqual(['missing', SAID])
})

test('a specimen that was rejected gives no value to anybody', () => {
  const read = readPotassium({
    resourceType: 'Observation',
    status: 'final',
    code: {},
    ...mmol(4.2),
    ...marked('specimen-rejected')
  })
  expect([read.value, read.isRejected]).toEqual([undefined, true])
})

test('a high potassium beside a low band is called discordant, and nowhere is anybody reassured', () => {
  const high = [{ kind: 'high' as const, reference: 'Observation/k/_history/1', above: 5.5 }]
  expect(potassiumSentences(high, 'high')).toEqual([
    "The laboratory's potassium near this tracing is above 5.5 mmol/L."
  ])
  const [, discordant = ''] = potassiumSentences(high, 'low')
  expect(discordant).toMatch(/does not exclude a truly high one.*stands until a repeat sample.*repeat it at once/)
  expect(potassiumSentences([], 'low')).toEqual([])
})

test('a policy word that would silently mean off is refused', () => {
  expect(workflowPolicyOf({})).toEqual({ suggestPotassium: false, suggestEcg: false, recentPotassiumMinutes: 60 })
  expect(() =>
    checkWorkflowPolicy({ ecgOnPotassium: 'suggest', potassiumOnHighBand: 'off', serialRise: 0.2 })
  ).not.toThrow()
  for (const policy of [
    { ecgOnPotassium: true },
    { potassiumOnHighBand: 'on' },
    { serialRise: 0 },
    { serialRise: '0.2' }
  ])
    expect(() => checkWorkflowPolicy(policy)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
})
