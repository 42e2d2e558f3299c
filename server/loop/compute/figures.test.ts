import { mulberry32 } from '../../../inference/metrics/bootstrap.ts'
import { agreement } from './agreement.ts'
import { packed, unpacked } from './columns.ts'
import { createComputer } from './computer.ts'
import { labelFigures } from './figures.ts'
import type { SampleCase } from './sample.ts'

function cases(count: number, share: number): SampleCase[] {
  const next = mulberry32(3003)
  return Array.from({ length: count }, (_, i) => {
    const label = next() < share ? (1 as const) : (0 as const)
    return {
      patient: `p${i % Math.ceil(count / 2)}`,
      probability: Math.min(0.99, Math.max(0.01, share + (label === 1 ? 0.2 : 0) + (next() - 0.5) * 0.3)),
      label,
      at: new Date(Date.UTC(2026, i % 3, 1 + (i % 27))).toISOString(),
      groups: { sex: i % 2 === 0 ? 'female' : 'male' }
    }
  })
}

test('holds every figure back until thirty came true', () => {
  const few = cases(400, 0.2).filter(
    (one, i, all) => one.label === 0 || all.slice(0, i).filter(({ label }) => label === 1).length < 29
  )
  expect(labelFigures({ kind: 'probability', cases: few, draws: 10 })).toMatchObject({
    positives: 29,
    suppressed: 'fewer than 30 positives'
  })
  expect(labelFigures({ kind: 'probability', cases: few, draws: 10 }).figures).toBeUndefined()
})

test('shows NPV only beside prevalence and the fraction ruled out, all at one cut', () => {
  const { figures, threshold, thresholdFrom, subgroups, months } = labelFigures({
    kind: 'probability',
    cases: cases(600, 0.2),
    threshold: 0.3,
    draws: 50
  })
  expect([threshold, thresholdFrom]).toEqual([0.3, 'site'])
  for (const name of [
    'npv',
    'ppv',
    'prevalence',
    'ruledOut',
    'sensitivity',
    'specificity',
    'auroc',
    'auprc',
    'ece',
    'brier'
  ])
    expect(figures![name]!.value).toBeGreaterThan(0)
  expect(figures!.auroc!.ci[0]).toBeLessThan(figures!.auroc!.value!)
  expect(subgroups?.map(({ group }) => group)).toEqual(['sex=female', 'sex=male'])
  expect(months?.map(({ month }) => month)).toEqual(['2026-01', '2026-02', '2026-03'])
})

test('says when nobody chose the cut, and gives points no calibration', () => {
  const found = labelFigures({ kind: 'score', cases: cases(600, 0.2), draws: 20 })
  expect(found.thresholdFrom).toBe('prevalence-matched')
  expect(Object.keys(found.figures!)).not.toEqual(expect.arrayContaining(['ece']))
  expect(Object.keys(found.figures!)).not.toEqual(expect.arrayContaining(['calibration.slope']))
  expect(found.months![0]!.expected).toBeNull()
})

test('agreement is bias, spread and the limits of 95 %', () => {
  // By hand: differences -1, 0, 1 ten times each: bias 0, SD sqrt(20 / 29).
  const pairs = Array.from({ length: 30 }, (_, i) => ({ patient: `p${i}`, value: 100 + (i % 3) - 1, truth: 100 }))
  const sd = Math.sqrt(20 / 29)
  const found = agreement({ pairs, draws: 100 })
  expect(found.n).toBe(30)
  expect(found.bias!.value).toBeCloseTo(0, 12)
  expect(found.sd!.value).toBeCloseTo(sd, 12)
  expect(found.upper!.value).toBeCloseTo(1.96 * sd, 12)
  expect(agreement({ pairs: pairs.slice(1), draws: 10 })).toEqual({ n: 29, suppressed: 'fewer than 30 pairs' })
})

test('columns carry cases without the names of people', () => {
  const some = cases(20, 0.3)
  const back = unpacked(packed(some))
  expect(back.map(({ patient: _patient, ...rest }) => rest)).toEqual(some.map(({ patient: _patient, ...rest }) => rest))
  expect(new Set(back.map(({ patient }) => patient)).size).toBe(10)
  expect(JSON.stringify(packed(some))).not.toContain('p1')
})

test('the worker gives what the function gives, and refuses after its end', async () => {
  const computer = createComputer()
  const request = { kind: 'probability' as const, cases: cases(300, 0.3), draws: 20 }
  expect(await computer.run('figures', { ...request, cases: packed(request.cases) })).toEqual(
    labelFigures({ ...request, cases: unpacked(packed(request.cases)) })
  )
  await computer.stop()
  await expect(computer.run('agreement', { pairs: [], draws: 1 })).rejects.toMatchObject({ code: 'SHUTTING_DOWN' })
})
