import { tinyManifest } from './fixtures/tiny-pocket-k.ts'
import { checkPorts, outputOf, parseManifest } from './manifest.ts'

const bytes = new Uint8Array(1)
const labels = (...keys: string[]) => keys.map((key) => ({ key, coding: [] }))
const parse = (changes: object) => parseManifest(JSON.stringify({ ...tinyManifest(bytes), ...changes }))
const SHA = 'a'.repeat(64)

test.each([
  ['preprocessing.id', 'preprocessing', { preprocessing: { id: 'butter-9', inGraph: false } }],
  ['outputs[0].role', 'manifest', { outputs: [{ name: 'x', role: 'logits' }] }],
  ['outputs[0].labels[2]', 'label-twice', { outputs: [{ name: 'x', role: 'logit', labels: labels('a', 'b', 'a') }] }],
  ['outputs[0].labels[1]', 'manifest', { outputs: [{ name: 'x', role: 'logit', labels: labels('a', '') }] }],
  ['encoder', 'manifest', { encoder: { role: 'ecg-encoder/1', sha256: 'short' } }],
  ['aggregation.clips', 'manifest', { aggregation: { clips: 'max' } }],
  ['conformal.alpha', 'manifest', { conformal: { alpha: 1, quantiles: {} } }],
  ['conformal.quantiles', 'manifest', { conformal: { alpha: 0.1, quantiles: { interval: -1 } } }],
  ['ood', 'manifest', { ood: { file: 'ood.json', statistic: 'mahalanobis', p99: 5, p999: 4 } }],
  ['ood.file', 'manifest', { ood: { file: 'ood.json', statistic: 'mahalanobis', p99: 4, p999: 5 } }]
])('refuses a wrong %s with reason %s', (at, reason, changes) => {
  expect(() => parse(changes)).toThrow(
    expect.objectContaining({ code: 'MODEL_UNAVAILABLE', reason, at: `model.json ${at}` })
  )
})

test('takes what a head with a shared encoder says of itself', () => {
  const manifest = parse({
    encoder: { role: 'ecg-encoder/1', sha256: SHA },
    aggregation: { clips: 'median' },
    assets: [{ file: 'ood.json', sha256: SHA }],
    ood: { file: 'ood.json', statistic: 'mahalanobis', p99: 4, p999: 5 },
    conformal: { alpha: 0.1, quantiles: { interval: 1.7 } },
    outputs: [
      { name: 'current', role: 'logit', labels: labels('a', 'b') },
      { name: 'risk', role: 'hazard', labels: labels('a', 'b') },
      { name: 'e', role: 'embedding' }
    ]
  })
  expect(outputOf(manifest, 'hazard')?.name).toBe('risk')
  expect(outputOf(manifest, 'embedding')?.name).toBe('e')
  expect(outputOf(manifest, 'image')).toBeUndefined()
})

const port = (name: string, shape: (number | string)[]) => ({ name, type: 'float32', shape })
const graph = (output: (number | string)[]) => ({
  inputs: [port('ecg', ['batch', 1, 5000])],
  outputs: [port('out', output)]
})
const declared = (role: string, keys: string[]) => ({
  ...tinyManifest(bytes),
  outputs: [{ name: 'out', role, labels: labels(...keys) }]
})

test.each([
  ['logit', ['B', 3], ['a', 'b', 'c']],
  ['logit', ['B', 3, 5000], ['a', 'b', 'c']],
  ['hazard', ['B', 3, 10], ['a', 'b', 'c']],
  ['hazard', ['B', 'L', 10], ['a', 'b']],
  ['embedding', ['B', 128], []]
])('takes %s of shape %j', (role, shape, keys) => {
  expect(() => checkPorts(declared(role, keys), graph(shape))).not.toThrow()
})

test.each([
  ['labels of another number than the middle dimension', 'hazard', ['B', 10, 3], ['a', 'b', 'c']],
  ['hazards without intervals', 'hazard', ['B', 3], ['a', 'b', 'c']],
  ['an embedding of each sample', 'embedding', ['B', 128, 20], []],
  ['labels of another number than the last dimension', 'logit', ['B', 4], ['a', 'b', 'c']]
])('refuses %s', (_, role, shape, keys) => {
  expect(() => checkPorts(declared(role, keys), graph(shape))).toThrow(expect.objectContaining({ reason: 'shape' }))
})
