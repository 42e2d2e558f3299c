import fc from 'fast-check'
import type { ModelManifest } from '../../../core/model.ts'
import { mulberry32 } from '../../metrics/bootstrap.ts'
import { isLabel } from './conditions.ts'
import { benjaminiHochberg, referenceOf, upperTail } from './multiplicity.ts'
import { planOf, rolesOf } from './plan.ts'
import { cumulative, riskCurve } from './risk.ts'
import { servedBy } from './served.ts'

describe('multiplicity', () => {
  test('the procedure of Benjamini and Hochberg, on their own example', () => {
    // 1995, section 4.1: 15 p values of a trial, of which four are rejected at .05.
    const p = [
      0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1
    ]
    expect(benjaminiHochberg(p, 0.05).filter(Boolean)).toHaveLength(4)
    expect(benjaminiHochberg([], 0.1)).toEqual([])
    expect(benjaminiHochberg([0.2, 0.5])).toEqual([false, false])
  })

  test('keeps to its rate where nothing is raised, whatever the number of labels', () => {
    // With all nulls true every rejection is false: the share of profiles with one is the rate.
    const next = mulberry32(7)
    const runs = 4000
    const some = Array.from({ length: runs }, () => benjaminiHochberg(Array.from({ length: 20 }, next)).some(Boolean))
    expect(some.filter(Boolean).length / runs).toBeGreaterThan(0.08)
    expect(some.filter(Boolean).length / runs).toBeLessThan(0.12)
  })

  const deciles = [-4, -3, -2, -1, 0, 1, 2, 3, 4]
  test.each([
    [-5, 0.95],
    [-4, 0.9],
    [0, 0.5],
    [0.5, 0.45],
    [4, 0.1],
    [5, 0.05],
    [6, 0.025],
    [400, 1e-6]
  ])('a term of %d is reached by %d of the reference', (value, share) => {
    expect(upperTail(deciles, value)).toBeCloseTo(share, 12)
  })

  test('never rises with the term', () => {
    const term = fc.double({ min: -20, max: 20, noNaN: true })
    fc.assert(
      fc.property(term, term, (a, b) => upperTail(deciles, Math.max(a, b)) <= upperTail(deciles, Math.min(a, b))),
      { seed: 3003, numRuns: 200 }
    )
  })

  test('a reference that is none says nothing', () => {
    const asset = { labels: { a: { deciles }, b: { deciles: deciles.slice(1) }, c: [...deciles].reverse(), d: null } }
    expect([...referenceOf(asset).keys()]).toEqual(['a'])
    expect(referenceOf(undefined).size).toBe(0)
  })
})

describe('risk over the years', () => {
  test('is one minus the product of staying free, and never falls', () => {
    expect(cumulative([0.1, 0.2, 0.5])).toEqual([
      expect.closeTo(0.1, 12),
      expect.closeTo(0.28, 12),
      expect.closeTo(0.64, 12)
    ])
    const hazards = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 10 })
    fc.assert(
      fc.property(hazards, (all) =>
        cumulative(all).every((risk, i, risks) => risk <= 1 && risk >= (risks[i - 1] ?? 0))
      ),
      { seed: 3003, numRuns: 200 }
    )
  })
  test('stands beside that of age and sex where the model says it', () => {
    expect(riskCurve([0.1], [0.05])).toEqual([
      { years: 1, probability: expect.closeTo(0.1, 12), ageSex: expect.closeTo(0.05, 12) }
    ])
    expect(riskCurve([0.1], undefined)[0]).not.toHaveProperty('ageSex')
  })
})

describe('who answers', () => {
  const ecg = { name: 'ecg', dtype: 'float32', shape: ['batch', 12, 5000] }
  const embedding = { name: 'embedding', dtype: 'float32', shape: ['batch', 128] }
  const output = { name: 'current', role: 'logit', labels: [{ key: 'a', coding: [] }] }
  const model = (changes: Partial<ModelManifest>) => changes as ModelManifest
  const encoder = model({
    implements: 'ecg-encoder/1',
    sha256: 'e1',
    inputs: [ecg],
    outputs: [{ name: 'embedding', role: 'embedding' }]
  })
  const labelled = { ...encoder, outputs: [...encoder.outputs, { ...output, name: 'statements' }] }
  const head = model({ inputs: [embedding], outputs: [output], encoder: { role: 'ecg-encoder/1', sha256: 'e1' } })
  const stranger = { ...head, encoder: { role: 'ecg-encoder/1', sha256: 'e2' } }
  const whole = model({ inputs: [ecg], outputs: [output] })

  test.each<[string, ModelManifest | undefined, ModelManifest | undefined, string | undefined, string[]]>([
    ['a head on its encoder', head, encoder, 'head', ['anyecg/1', 'ecg-encoder/1']],
    ['a whole model, encoder or not', whole, encoder, 'whole', ['anyecg/1']],
    ['a whole model alone', whole, undefined, 'whole', ['anyecg/1']],
    ['a head of another encoder: the encoder, if it has labels', stranger, labelled, 'statements', ['ecg-encoder/1']],
    ['a head of another encoder without labels: nobody', stranger, encoder, undefined, ['anyecg/1']],
    ['an encoder with labels alone', undefined, labelled, 'statements', ['ecg-encoder/1']],
    ['a head alone: nobody', head, undefined, undefined, ['anyecg/1']],
    ['nothing: nobody', undefined, undefined, undefined, ['anyecg/1']]
  ])('%s', (_, profile, served, kind, roles) => {
    const plan = planOf((role) => (role === 'anyecg/1' ? profile : served))
    expect(plan?.kind).toBe(kind)
    expect(rolesOf(plan)).toEqual(roles)
  })
})

test('each label has its own calibration, and both its numbers move to the prevalence of the site', () => {
  const manifest = {
    sha256: 'a',
    outputs: [{ name: 'current', role: 'logit', labels: ['a', 'b'].map((key) => ({ key, coding: [] })) }],
    calibration: { method: 'platt', params: { a: { slope: 2, intercept: 0.5 }, prevalences: { a: 0.1, b: 0.1 } } }
  } as unknown as ModelManifest
  const served = servedBy(manifest, ['a', 'b'], { assumedPrevalence: { b: 0.02 } })
  // 2 x -1 + .5 = -1.5 -> .18243
  expect(served.current('a', -1)).toBeCloseTo(0.1824255, 6)
  // Odds e^-1 x (.02/.98)/(.1/.9) = .0675698 -> .0632930
  expect(served.current('b', -1)).toBeCloseTo(0.063293, 6)
  expect(served.ageSex('b', -1)).toBeCloseTo(0.063293, 6)
  expect(served.ageSex('a', -1)).toBeCloseTo(0.2689414, 6)
})

test.each([
  ['http://hl7.org/fhir/sid/icd-10', 'I50', true],
  ['http://hl7.org/fhir/sid/icd-10-cm', 'I50.9', true],
  ['http://hl7.org/fhir/sid/icd-10-gm', 'i50.01', true],
  ['http://hl7.org/fhir/sid/icd-10', 'I51.0', false],
  ['http://hl7.org/fhir/sid/icd-9-cm', 'I50', false],
  ['http://snomed.info/sct', '84114007', true],
  ['http://snomed.info/sct', '49436004', false]
])('%s|%s names heart failure: %s', (system, code, expected) => {
  const label = { icd10: 'I50', coding: { system: 'http://snomed.info/sct', code: '84114007' } }
  expect(isLabel(label, { system, code })).toBe(expected)
})
