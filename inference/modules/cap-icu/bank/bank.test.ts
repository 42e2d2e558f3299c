import fc from 'fast-check'
import type { StayView } from '../predictor/predictor.ts'
import type { BankCase, CapIcuInput, CaseBank, Features, RetrievedCase } from '../types.ts'
import { correction, errorInWords } from './correct.ts'
import { clinicalSimilarity, demographicScore, retrieve } from './retrieve.ts'

const SICK = { gcs: 9, lactate: 4, creatinine: 1.8, map: 68 }
const bankCase = (changes: Partial<BankCase> = {}): BankCase => ({
  id: 'b0001',
  age: 65,
  sex: 'female',
  race: 'white',
  died: 1,
  predicted: 0.2,
  error: 1.2,
  bias: 'misprediction',
  values: SICK,
  ...changes
})
const bankOf = (...cases: BankCase[]): CaseBank => ({
  version: '1',
  source: 'test',
  correction: { k: 1, lambda: 2, cap: 0.7, cases: 1 },
  cases
})
const stayOf = (person: Partial<CapIcuInput> = {}, features: Features = {}): StayView => ({
  input: { moment: '24h', windowHours: 24, age: 67, sex: 'female', race: 'white', ...person },
  features: {
    'gcs.min': 9,
    'lactate.max': 4,
    'creatinine.max': 1.8,
    'mean-arterial-pressure.mean': 68,
    ...features
  }
})
const found = (changes: Partial<RetrievedCase> & { error?: number } = {}): RetrievedCase => ({
  case: bankCase(changes.error === undefined ? {} : { error: changes.error, died: changes.error > 0 ? 1 : 0 }),
  demographic: 5,
  similarity: 0.9,
  ...changes
})

describe('the demographic score', () => {
  // Bins of five years are compared by their middle: 65 stands for 67.5.
  test.each([
    [67, 5],
    [72.5, 5],
    [73, 4.5],
    [78, 3.5],
    [88, 3]
  ])('of a person of %s years beside one of 65 to 69 of the same sex and race is %s', (age, score) => {
    expect(demographicScore({ age, sex: 'female', race: 'white' }, bankCase())).toBe(score)
  })

  test('reads race where it was stored, under one name', () => {
    const person = { age: 67, sex: 'male', race: 'white' }
    expect(demographicScore(person, bankCase())).toBe(3.5)
    expect(demographicScore({ ...person, race: 'black' }, bankCase())).toBe(2)
  })

  test('gives nothing for what one of the two does not state: unknown is not equal to unknown', () => {
    expect(demographicScore({ age: 67 }, bankCase({ sex: undefined, race: undefined }))).toBe(2)
  })
})

describe('the clinical similarity', () => {
  test('of a stay with itself is 1, and is the same from both sides', () => {
    const values = fc.record({
      gcs: fc.double({ min: 3, max: 15, noNaN: true }),
      lactate: fc.double({ min: 0.1, max: 30, noNaN: true }),
      creatinine: fc.double({ min: 0.1, max: 20, noNaN: true }),
      map: fc.double({ min: 20, max: 200, noNaN: true }),
      sofa: fc.double({ min: 0, max: 24, noNaN: true })
    })
    fc.assert(
      fc.property(values, values, (a, b) => {
        const similarity = clinicalSimilarity(a, b)!
        expect(clinicalSimilarity(a, a)).toBe(1)
        expect(clinicalSimilarity(b, a)).toBeCloseTo(similarity, 12)
        expect(similarity).toBeGreaterThanOrEqual(0)
        expect(similarity).toBeLessThanOrEqual(1)
      })
    )
  })

  test('takes the logarithm of value and range alike: a doubling weighs the same at both ends of the scale', () => {
    // 1 -> 2 crosses the limit 2, 0.6 -> 1.2 none: compared between limits, 0.5 -> 0.9 and 4.4 -> 7.92 are the same step.
    const of = (a: number, b: number) => clinicalSimilarity({ ...SICK, lactate: a }, { ...SICK, lactate: b })!
    expect(of(0.5, 0.9)).toBeCloseTo(of(4.4, 7.92), 12)
    // Weight 2 of 7.5 times ln 1.8 / ln 20.
    expect(1 - of(0.5, 0.9)).toBeCloseTo(((2 / 7.5) * Math.log(1.8)) / Math.log(20), 12)
  })

  test('takes a tenth for each severity limit between the two', () => {
    const of = (a: number, b: number) => clinicalSimilarity({ ...SICK, gcs: a }, { ...SICK, gcs: b })!
    // 9 and 8 are parted by the limit 8, 10 and 9 by none.
    expect(of(10, 9) - of(9, 8)).toBeCloseTo((2 / 7.5) * 0.1, 12)
  })

  test('of stays that share fewer than four variables does not exist', () => {
    expect(clinicalSimilarity(SICK, { gcs: 9, lactate: 4, creatinine: 1.8 })).toBeUndefined()
  })

  test('parts a mild from a severe stay, which the cosine of positive vectors does not', () => {
    const mild = { gcs: 15, lactate: 1, creatinine: 0.8, map: 85 }
    const severe = { gcs: 4, lactate: 9, creatinine: 4.5, map: 55 }
    expect(clinicalSimilarity(mild, severe)).toBeLessThan(0.3)
  })
})

describe('retrieval', () => {
  test('gives the most similar first, and of equal ones the one more alike in person, then the first by id', () => {
    const bank = bankOf(
      bankCase({ id: 'b3', values: { ...SICK, map: 75 } }),
      bankCase({ id: 'b2', race: undefined }),
      bankCase({ id: 'b1', race: undefined }),
      bankCase({ id: 'b4' })
    )
    expect(retrieve(bank, stayOf(), 9).map((one) => one.case.id)).toEqual(['b4', 'b1', 'b2', 'b3'])
    expect(retrieve(bank, stayOf(), 2)).toHaveLength(2)
  })

  test('finds nobody who is unlike in person, unlike in illness, or of whom too little is known', () => {
    const bank = bankOf(
      bankCase({ id: 'young', age: 20, sex: 'male' }),
      bankCase({ id: 'well', values: { gcs: 15, lactate: 1, creatinine: 0.8, map: 95 } }),
      bankCase({ id: 'unknown', values: { gcs: 9, map: 68 } })
    )
    expect(retrieve(bank, stayOf(), 9)).toEqual([])
    expect(retrieve(bankOf(bankCase()), stayOf({}, { 'lactate.max': null }), 9)).toEqual([])
  })

  test('does not depend on the order of the bank', () => {
    const ages = fc.array(fc.integer({ min: 10, max: 18 }), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(ages, (bins) => {
        const cases = bins.map((bin, i) => bankCase({ id: `b${i}`, age: bin * 5, values: { ...SICK, map: 60 + bin } }))
        expect(retrieve(bankOf(...cases.toReversed()), stayOf(), 5)).toEqual(retrieve(bankOf(...cases), stayOf(), 5))
      })
    )
  })
})

describe('the correction', () => {
  const SETTINGS = { k: 1, lambda: 2, cap: 0.7 }

  test('is that of the formula for one case', () => {
    // (1 x .9 x 1) / (.9 + 2)
    expect(correction([found({ error: 1 })], SETTINGS)).toBeCloseTo(0.9 / 2.9, 12)
    expect(correction([], SETTINGS)).toBe(0)
  })

  test('takes its direction from outcome minus prediction, whatever sign the residual was stored with', () => {
    const wrong = found({ case: bankCase({ died: 0, predicted: 0.8, error: 1.1 }) })
    expect(correction([wrong], SETTINGS)).toBeLessThan(0)
  })

  test('never exceeds its cap, no single case counts more than 1.5 logits, and it rises with every error', () => {
    const cases = fc.array(
      fc.record({
        error: fc.double({ min: -5, max: 5, noNaN: true }),
        similarity: fc.double({ min: 0.8, max: 1, noNaN: true })
      }),
      { minLength: 1, maxLength: 5 }
    )
    const settings = fc.record({
      k: fc.double({ min: 0, max: 5, noNaN: true }),
      lambda: fc.double({ min: 0, max: 5, noNaN: true }),
      cap: fc.double({ min: 0, max: 0.7, noNaN: true })
    })
    const of = (errors: { error: number; similarity: number }[]) =>
      errors.map(({ error, similarity }) =>
        found({ case: bankCase({ error, died: error > 0 ? 1 : 0, predicted: 0.5 }), similarity })
      )
    fc.assert(
      fc.property(cases, settings, fc.double({ min: 0, max: 3, noNaN: true }), (errors, chosen, more) => {
        const shift = correction(of(errors), chosen)
        expect(Math.abs(shift)).toBeLessThanOrEqual(chosen.cap)
        const [first, ...rest] = errors
        const raised = correction(of([{ ...first!, error: first!.error + more }, ...rest]), chosen)
        expect(raised).toBeGreaterThanOrEqual(shift - 1e-12)
      })
    )
    expect(correction(of([{ error: 40, similarity: 1 }]), { ...SETTINGS, cap: 9 })).toBeCloseTo(1.5 / 3, 12)
  })

  test.each([
    [1, 0.9, 'slightly underestimated'],
    [1, 0.7, 'mildly underestimated'],
    [0, 0.55, 'highly overestimated']
  ] as const)('of an outcome %s foretold at %s says %s', (died, predicted, words) => {
    expect(errorInWords({ died, predicted })).toBe(words)
  })
})
