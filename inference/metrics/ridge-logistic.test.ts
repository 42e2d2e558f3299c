import { auroc } from './discrimination.ts'
import { crossFitted, fitRidgeLogistic } from './ridge-logistic.ts'

/** Deterministic numbers in [0, 1): enough for shapes, not for science. */
function uniforms(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

function table(n: number, { signal }: { signal: number }) {
  const next = uniforms(5)
  const rows: (number | null)[][] = []
  const labels: number[] = []
  for (let i = 0; i < n; i++) {
    const label = next() < 0.5 ? 1 : 0
    labels.push(label)
    rows.push([signal * label + next() + next(), next(), next() < 0.2 ? null : next()])
  }
  return { rows, labels, groups: rows.map((_row, i) => `p${i}`) }
}

const scored = (scores: ArrayLike<number>, labels: number[]) =>
  labels.map((label, i) => ({ patient: `p${i}`, probability: scores[i]!, label: label as 0 | 1 }))

describe('ridge logistic regression', () => {
  // The optimum needs no reference: there sum (label - p) x = n PENALTY w, and sum (label - p) = 0 for the intercept.
  test('ends where the gradient of the penalised likelihood vanishes', () => {
    const rows = Array.from({ length: 100 }, (_, i) => [i % 2 === 0 ? 1 : -1])
    const labels = rows.map(([x], i) => (x === 1 ? Number(i % 10 !== 0) : Number(i % 10 === 1)))
    const { weights, predict } = fitRidgeLogistic(rows, labels)
    // Standard deviation of the input is 1.00504 (n - 1), so a row is worth x / 1.00504.
    const gradient = rows.reduce((sum, row, i) => sum + (labels[i]! - predict(row)) * (row[0]! / 1.0050378), 0)
    expect(gradient - 0.02 * 100 * weights[0]!).toBeCloseTo(0, 5)
    expect(rows.reduce((sum, row, i) => sum + labels[i]! - predict(row), 0)).toBeCloseTo(0, 5)
  })

  test('tells a label that stands in an input, out of fold', () => {
    const { rows, labels, groups } = table(400, { signal: 1 })
    expect(auroc(scored(crossFitted(rows, labels, { groups }), labels))).toBeGreaterThan(0.85)
  })

  // 400 cases: the standard error of an AUROC of one half is about .029
  test('finds nothing where there is nothing', () => {
    const { rows, labels, groups } = table(400, { signal: 0 })
    expect(Math.abs(auroc(scored(crossFitted(rows, labels, { groups }), labels)) - 0.5)).toBeLessThan(0.09)
  })

  test('never judges a patient by a model that saw the patient', () => {
    // Twenty people with ten identical rows each, labels by lot: whoever saw one row of a person would know the others.
    const next = uniforms(9)
    const people = Array.from({ length: 20 }, () => ({ x: [next(), next(), next()], label: next() < 0.5 ? 1 : 0 }))
    const rows = people.flatMap(({ x }) => Array.from({ length: 10 }, () => x))
    const labels = people.flatMap(({ label }) => Array<number>(10).fill(label))
    const groups = people.flatMap((_p, i) => Array<string>(10).fill(`p${i}`))
    const known = auroc(scored(crossFitted(rows, labels, { groups: rows.map((_r, i) => `r${i}`) }), labels))
    const honest = auroc(scored(crossFitted(rows, labels, { groups }), labels))
    expect(honest).toBeLessThan(known)
  })

  test('stands inputs that never vary, are always missing, or differ by many orders of size', () => {
    const rows = Array.from({ length: 40 }, (_, i) => [3, null, i * 1e9, (40 - i) * 1e-9])
    const labels = rows.map((_row, i) => Number(i >= 20))
    const { predict } = fitRidgeLogistic(rows, labels)
    expect(predict(rows[39]!)).toBeGreaterThan(0.8)
    expect(predict([null, null, null, null])).toBeCloseTo(0.5, 1)
  })
})
