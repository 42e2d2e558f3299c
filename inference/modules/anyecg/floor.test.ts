import { reliableRow } from '../../runtime/fixtures/tiny-anyecg.ts'
import { hiddenReason } from './floor.ts'
import { FLOOR, settingsOf } from './policy.ts'
import type { ConditionLabel, LabelReliability } from './types.ts'

const label = (changes: Partial<ConditionLabel> = {}): ConditionLabel => ({
  key: 'a',
  title: 'A',
  chapter: 'c',
  data: 'real',
  ...changes
})
const row = (changes: Record<string, unknown> = {}) =>
  reliableRow('a', { data: 'real', ...changes }) as unknown as LabelReliability
const displaying = { floor: FLOOR, showSimulatedLabels: false, showWithoutReliability: false }
const SIMULATED = { data: 'simulated' } as const

test.each<[string, string | undefined, ConditionLabel, LabelReliability | undefined, object?]>([
  ['all limits met', undefined, label(), row()],
  ['all limits just met', undefined, label(), row({ auroc: 0.7, ece: 0.05, positives: 30, subgroupGap: 0.1 })],
  ['no gap that can be assessed', undefined, label(), row({ subgroupGap: undefined })],
  ['a gain whose interval touches 0', 'not-better-than-age-sex', label(), row({ gainCi: [0, 0.2] })],
  ['a gain that nobody knows', 'not-better-than-age-sex', label(), row({ gainCi: [Number.NaN, 0.2] })],
  ['an AUROC of .699', 'auroc', label(), row({ auroc: 0.699 })],
  ['an ECE of .051', 'calibration', label(), row({ ece: 0.051 })],
  ['29 positives', 'few-positives', label(), row({ positives: 29 })],
  ['a gap of .11 between groups', 'subgroup-gap', label(), row({ subgroupGap: 0.11 })],
  ['no row', 'no-reliability', label(), undefined],
  ['no row, shown on the word of a person', undefined, label(), undefined, { showWithoutReliability: true }],
  ['a bad row, whatever a person says', 'auroc', label(), row({ auroc: 0.5 }), { showWithoutReliability: true }],
  ['a simulated row of a real label', 'no-reliability', label(), row(SIMULATED)],
  ['a simulated label', 'simulated', label(SIMULATED), row(SIMULATED)],
  ['a simulated label that the site wants', undefined, label(SIMULATED), row(SIMULATED), { showSimulatedLabels: true }],
  [
    'a planted null',
    'planted-null',
    label({ ...SIMULATED, plantedNull: true }),
    row(SIMULATED),
    { showSimulatedLabels: true }
  ],
  [
    'a label of sinus rhythm without P waves',
    'rhythm-unsuitable',
    label({ sinusOnly: true }),
    row(),
    { isSinusUnlikely: true }
  ],
  ['a label of any rhythm without P waves', undefined, label(), row(), { isSinusUnlikely: true }]
])('%s: %s', (_, reason, one, reliability, changes = {}) => {
  expect(hiddenReason(one, reliability, { ...displaying, ...changes })).toBe(reason)
})

test('each limit may be tightened by anybody', () => {
  const stricter = { gainLow: 0.02, auroc: 0.8, ece: 0.03, positives: 100, subgroupGap: 0.05 }
  expect(settingsOf({ floor: stricter }).floor).toEqual(stricter)
})

test.each(Object.keys(FLOOR).filter((name) => name !== 'gainLow'))(
  '%s may be loosened by a named person only',
  (name) => {
    const looser = { auroc: 0.6, ece: 0.2, positives: 10, subgroupGap: 0.3 }[name]
    expect(() => settingsOf({ floor: { [name]: looser } })).toThrow(expect.objectContaining({ reason: 'approver' }))
    expect(() => settingsOf({ floor: { [name]: looser, approvedBy: ' ' } })).toThrow(
      expect.objectContaining({ reason: 'approver' })
    )
    expect(settingsOf({ floor: { [name]: looser, approvedBy: 'Dr Example' } }).floor).toMatchObject({ [name]: looser })
  }
)
