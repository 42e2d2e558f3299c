import type { Evaluation } from '../inference/evaluation.ts'
import { evaluationLines } from './evaluation-table.ts'

const evaluation: Evaluation = {
  module: 'cap-icu',
  model: { name: 'icu-mortality', version: '1.0.0', sha256: 'ab'.repeat(32) },
  data: { name: 'set', n: 50, patients: 49, positives: 7 },
  metrics: [
    { name: 'auroc', value: 0.84, ci: [0.8, 0.88], n: 50 },
    { name: 'rrError', value: 3, ci: [null, null], n: 50, unit: 'ms' },
    { name: 'flip.sex.mean', value: null, ci: [null, null], n: 0, note: 'not informative: no input' },
    { name: 'auroc', value: null, ci: [null, null], n: 20, group: 'sex=female' },
    { name: 'fpr', value: 0.0833, ci: [0, 0.5], n: 30, group: 'sex=male' },
    { name: 'auroc', value: 0.83, ci: [0.79, 0.87], n: 50, group: 'base' },
    { name: 'auroc.gain', value: 0.0125, ci: [-0.001, 0.02], n: 50, group: 'cap-base' },
    { name: 'auroc.gain', value: 0.2, ci: [0.1, 0.3], n: 48, group: 'served-SAPS-I' }
  ],
  baselines: [
    { name: 'SAPS-I', metric: 'auroc', value: 0.64, ci: [0.5, 0.7] },
    { name: 'SAPS-I', metric: 'auprc', value: 0.3, ci: [0.2, 0.4] },
    { name: 'SOFA', metric: 'auroc', value: 0.65, ci: [0.5, 0.75] }
  ],
  refused: [{ code: 'too-early', n: 3 }],
  seconds: 1.26
}

test('served first, then baselines, variants and groups beside each other, each with its interval', () => {
  expect(evaluationLines(evaluation)).toEqual([
    'cap-icu: icu-mortality 1.0.0 (sha256 abababababab) on set',
    '50 records of 49 people, 7 positive; 1.3 s',
    '',
    'served',
    '                 value (95 %)               n',
    '  auroc          0.840 (0.800 to 0.880)     50',
    '  rrError        3.000 ms                   50',
    '  flip.sex.mean  not informative: no input  0',
    '',
    'baselines',
    '          auroc                   auprc                   auroc.gain',
    '  SAPS-I  0.640 (0.500 to 0.700)  0.300 (0.200 to 0.400)  0.200 (0.100 to 0.300)',
    '  SOFA    0.650 (0.500 to 0.750)',
    '',
    'variants',
    '              base                    cap-base',
    '  auroc       0.830 (0.790 to 0.870)',
    '  auroc.gain                          0.013 (-0.001 to 0.020)',
    '',
    'groups',
    '              n   auroc       fpr',
    '  sex=female  20  not judged',
    '  sex=male    30              0.083 (0.000 to 0.500)',
    '',
    'left out',
    '  too-early  3'
  ])
})

test('says so when the figures are of what the model has seen', () => {
  const lines = evaluationLines({
    ...evaluation,
    data: { ...evaluation.data, name: 'set (training records included)' },
    metrics: [],
    baselines: [],
    refused: []
  })
  expect(lines).toHaveLength(3)
  expect(lines[2]).toContain('do not say what it does on new ones')
})

test('more groups than columns fit are listed line by line', () => {
  const metrics = Array.from({ length: 7 }, (_, i) => ({
    name: 'qtError',
    value: i,
    ci: [null, null] as [null, null],
    n: i,
    group: `lead ${i}`
  }))
  expect(evaluationLines({ ...evaluation, metrics, baselines: [], refused: [] })).toContain(
    '  qtError [lead 3]  3.000  3'
  )
})
