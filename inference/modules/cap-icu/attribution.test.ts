import { attributed, chosenStatistics, replacedVariables } from './attribution.ts'

const NAMES = ['gcs.min', 'gcs.sd', 'lactate.sd', 'bun.max', 'unit.medical', 'age']
const REFERENCE = Object.fromEntries(NAMES.map((name) => [name, { median: 1 }]))
const ROW = Float32Array.from([9, 2, 0.5, Number.NaN, 1, 70])

test('puts all statistics of a variable to their reference together, and leaves what is missing missing', () => {
  const rows = replacedVariables(ROW, NAMES, REFERENCE)
  expect(rows.map(({ variable }) => variable)).toEqual(['gcs', 'lactate', 'age'])
  expect([...rows[0]!.row]).toEqual([1, 1, 0.5, Number.NaN, 1, 70])
})

test('names a statistic that can be looked up where there is one, else what there is', () => {
  const chosen = chosenStatistics(ROW, { names: NAMES, reference: REFERENCE, variables: ['gcs', 'lactate', 'bun'] })
  expect(chosen.map(({ feature }) => feature)).toEqual(['gcs.min', 'lactate.sd'])
  expect([...chosen[0]!.row]).toEqual([1, 2, 0.5, Number.NaN, 1, 70])
})

test('takes the three largest contributions of either sign; equal ones by name', () => {
  const without = new Map([
    ['b', 0.5],
    ['a', 0.5],
    ['c', 2],
    ['d', 0.9]
  ])
  const leading = attributed(1, without)
  expect(leading.map(({ variable }) => variable)).toEqual(['c', 'a', 'b'])
  expect(leading[0]!.named('c.max', 4)).toMatchObject({ contribution: -1, statistic: 'highest', value: 4 })
})
