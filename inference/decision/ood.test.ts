import { oodDistance, oodVerdict } from './ood.ts'

/** Covariance [[4, 2], [2, 3]]: inverse [[3, -2], [-2, 4]] / 8; W is its Cholesky factor, transposed. */
const a = Math.sqrt(3 / 8)
const asset = {
  statistic: 'mahalanobis',
  mean: [1, -1],
  whitening: [
    [a, -0.25 / a],
    [0, Math.sqrt(0.5 - (0.25 / a) ** 2)]
  ]
}

test('is the Mahalanobis distance of the training data', () => {
  // By hand: d = (3, 2); d' S^-1 d = (27 - 24 + 16) / 8 = 19 / 8
  expect(oodDistance(Float32Array.of(4, 1), asset)).toBeCloseTo(Math.sqrt(19 / 8), 12)
  expect(oodDistance(Float32Array.of(1, -1), asset)).toBe(0)
})

test('does not depend on where the data lie, only on how far away', () => {
  const moved = { ...asset, mean: [101, 99] }
  expect(oodDistance(Float32Array.of(104, 101), moved)).toBeCloseTo(Math.sqrt(19 / 8), 12)
})

test.each([
  ['another width', { ...asset, mean: [1, 2, 3] }],
  ['a row that is too short', { ...asset, whitening: [[1, 0], [1]] }],
  [
    'a value that is no number',
    {
      ...asset,
      whitening: [
        [1, null],
        [0, 1]
      ]
    }
  ],
  ['another statistic', { ...asset, statistic: 'energy' }],
  ['nothing', undefined]
])('refuses an asset with %s, twice alike', (_, broken) => {
  for (const _again of [1, 2]) {
    expect(() => oodDistance(Float32Array.of(1, 2), broken)).toThrow(
      expect.objectContaining({ code: 'MODEL_UNAVAILABLE', reason: 'ood' })
    )
  }
})

test('never calls an embedding without numbers inside', () => {
  expect(() => oodDistance(Float32Array.of(Number.NaN, 2), asset)).toThrow(
    expect.objectContaining({ code: 'INFERENCE_FAILED', reason: 'output' })
  )
})

test.each([
  [3, 'inside'],
  [3.1, 'limited'],
  [5, 'limited'],
  [5.1, 'outside']
])('a distance of %d with p99 3 and p99.9 5 is %s', (distance, verdict) => {
  expect(oodVerdict(distance, { file: 'ood.json', statistic: 'mahalanobis', p99: 3, p999: 5 })).toBe(verdict)
  expect(oodVerdict(distance, undefined)).toBe('inside')
})
