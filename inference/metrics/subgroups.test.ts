import type { GroupedCase } from './cases.ts'
import { simulatedCases } from './fixtures/simulated-cases.ts'
import { measuredReport } from './measured-subgroups.ts'
import { NOT_RECORDED, type SubgroupRow, subgroupReport } from './subgroups.ts'

const draws = 50
const figure = (row: SubgroupRow | undefined, name: string) => row?.figures.find((one) => one.name === name)
const rowOf = (rows: readonly SubgroupRow[], group: string) => rows.find((row) => row.group === group)

/** 40 cases, ten of them positive: 8 found and 6 false alarms at .5, the positives a little higher within either side. */
const made = (sex: string | undefined): GroupedCase[] =>
  Array.from({ length: 40 }, (_, i) => ({
    patient: `${sex}${i}`,
    label: (i < 10 ? 1 : 0) as 0 | 1,
    probability: i < 8 ? 0.9 : i < 10 ? 0.3 : i < 16 ? 0.8 : 0.1,
    groups: sex ? { sex } : ({} as Record<string, string>)
  }))

describe('figures counted by hand', () => {
  const { rows, overall, threshold } = subgroupReport([...made('female'), ...made('male')], {
    label: 'death',
    threshold: 0.5,
    draws,
    refused: [{ patient: 'x', groups: { sex: 'female' } }]
  })
  test.each([
    ['prevalence', 10 / 40],
    // Of 10 x 30 pairs: 8 above all 30; 2 above the 24 lower ones.
    ['auroc', (8 * 30 + 2 * 24) / 300],
    // Precision 1 at recall .8, then 14 called, then 16 called with 10 positive: .8 * 1 + .2 * 10 / 16.
    ['auprc', 0.8 + 0.2 * (10 / 16)],
    ['sensitivity', 8 / 10],
    ['fpr', 6 / 30],
    ['ppv', 8 / 14],
    ['npv', 24 / 26],
    ['abstention', 1 / 41]
  ])('%s is %d', (name, value) => {
    expect(figure(rowOf(rows, 'female'), name)?.value).toBeCloseTo(value, 12)
  })
  test('every figure has an interval around it', () => {
    for (const { figures } of [overall, ...rows])
      for (const { name, value, ci } of figures)
        expect([name, ci[0]! <= value! && value! <= ci[1]!]).toEqual([name, true])
  })
  test('all cases together are a row of their own', () => {
    expect([overall.n, overall.positives, figure(overall, 'abstention')?.value]).toEqual([80, 20, 1 / 81])
    expect(threshold).toEqual({ value: 0.5, origin: 'site' })
  })
})

test('cases without the attribute are a row, so that the groups add up', () => {
  const { rows } = subgroupReport([...made('female'), ...made('male'), ...made(undefined)], { label: 'd', draws: 5 })
  expect(rows.map(({ group, n }) => [group, n])).toEqual([
    ['female', 40],
    ['male', 40],
    [NOT_RECORDED, 40]
  ])
})

test('without a cut of the site as many are called positive as there are', () => {
  const { threshold } = subgroupReport(made('female'), { label: 'd', draws: 5 })
  // Eight at .9, fourteen at .8 or above; ten are positive: eight is nearer.
  expect(threshold).toEqual({ value: 0.9, origin: 'prevalence-matched' })
})

test('none of five found is not certain to be none', () => {
  const cases = made('female').map((one, i) =>
    i < 10 ? { ...one, label: (i < 5 ? 1 : 0) as 0 | 1, probability: 0.2 } : one
  )
  const { overall } = subgroupReport(cases, { label: 'd', threshold: 0.5, draws })
  // Wilson, 0 of 5 (binom.confint of R's binom: 0, 0.4345).
  expect(figure(overall, 'sensitivity')).toEqual({ name: 'sensitivity', value: 0, ci: [0, expect.closeTo(0.4345, 4)] })
})

test('a group of 29 is listed without a figure, and appears in no difference', () => {
  const cases = [...made('female'), ...made('male').slice(0, 29)]
  const row = rowOf(subgroupReport(cases, { label: 'd', draws: 5 }).rows, 'male')
  expect(row).toEqual({ attribute: 'sex', group: 'male', n: 29, positives: 10, withheld: 'small', figures: [] })
})

test('points of a scale have no calibration', () => {
  const points = made('female').map((one) => ({ ...one, probability: one.probability * 20 }))
  const { overall } = subgroupReport(points, { label: 'news2', kind: 'score', draws: 5 })
  expect(overall.figures.map(({ name }) => name)).toEqual([
    'prevalence',
    'auroc',
    'auprc',
    'sensitivity',
    'fpr',
    'ppv',
    'npv'
  ])
})

test('age bands stand in their order, sex and age before all others', () => {
  const cases = ['85+', '<30', '30-49'].flatMap((age) =>
    made('female').map((one) => ({ ...one, patient: age + one.patient, groups: { unit: 'icu', age, sex: 'female' } }))
  )
  const { rows } = subgroupReport(cases, { label: 'd', draws: 5 })
  expect(rows.map(({ attribute, group }) => `${attribute} ${group}`)).toEqual([
    'sex female',
    'age <30',
    'age 30-49',
    'age 85+',
    'unit icu'
  ])
})

test('a column of something else does not make a table of thousands', () => {
  const cases = made('female').flatMap((one, i) => [
    { ...one, groups: { serial: `s${i}` } },
    { ...one, groups: { serial: 's0' } }
  ])
  const { rows } = subgroupReport(cases, { label: 'd', draws: 5 })
  expect(rows.length).toBe(30)
  expect(rows.at(-1)?.group === 'others' || rows.some(({ group }) => group === 'others')).toBe(true)
})

test('finds the group that a shift of calibration was planted in, by interval and by verdict', () => {
  const cases = simulatedCases(3003, { shares: { a: 0.5, b: 0.5 }, n: 2000, shift: { b: 1 } })
  const { rows, gaps } = subgroupReport(cases, { label: 'd', threshold: 0.25, draws: 100 })
  const [a, b] = ['a', 'b'].map((group) => figure(rowOf(rows, group), 'calibration.intercept')!)
  expect(a!.ci[0]! < 0 && a!.ci[1]! > 0).toBe(true)
  expect(b!.ci[1]).toBeLessThan(-0.5)
  expect(gaps.map(({ attribute, verdict }) => [attribute, verdict])).toEqual([['group', 'found']])
})

describe('of a measurement', () => {
  const measured = (sex: string, bias: number) =>
    Array.from({ length: 120 }, (_, i) => ({
      patient: `${sex}${i}`,
      difference: bias + (i % 2 === 0 ? 3 : -3),
      groups: { sex }
    }))

  test('bias, spread and mean absolute difference take the place of AUROC', () => {
    const { overall, threshold } = measuredReport(measured('female', 1), { label: 'qt', unit: 'ms', draws })
    // Half at 4 ms, half at -2 ms.
    expect(overall.figures.map(({ name, value }) => [name, value])).toEqual([
      ['bias', 1],
      ['sd', 3],
      ['meanAbsolute', 3]
    ])
    expect([overall.n, overall.positives, threshold]).toEqual([120, null, undefined])
  })

  test.each([
    ['found where one group is measured 2 ms longer', 2, 'found'],
    ['not found where none is', 0, 'not-found']
  ])('a gap is %s', (_what, bias, verdict) => {
    const cases = [...measured('female', bias), ...measured('male', 0)]
    const [gap] = measuredReport(cases, { label: 'qt', unit: 'ms', draws }).measuredGaps
    expect(gap?.verdict).toBe(verdict)
    expect(gap?.contrasts[0]?.value).toBeCloseTo(bias, 12)
  })
})
