import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { moduleContract } from '../../../test/contract/module.contract.ts'
import { node, onnxModel } from '../../runtime/fixtures/onnx-writer.ts'
import { writeTinyModel } from '../../runtime/fixtures/tiny-pocket-k.ts'
import { createRuntime, type InferenceRuntime } from '../../runtime/runtime.ts'
import module from './index.ts'
import { OUTCOME, ROLE } from './manifest.ts'
import type { Findings, Input } from './types.ts'

/** A stand-in without knowledge: probability = sigmoid(value). */
const bytes = onnxModel({
  nodes: [node('Sigmoid', ['value'], 'probability')],
  constants: [],
  inputs: { value: ['batch', 1] },
  outputs: { probability: ['batch', 1] }
})

let root: string
let runtime: InferenceRuntime
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'module-'))
  const changes = {
    implements: ROLE,
    name: 'stand-in',
    inputs: [{ name: 'value', dtype: 'float32', shape: ['batch', 1] }],
    outputs: [{ name: 'probability', role: 'probability', labels: [{ key: 'score', coding: [OUTCOME] }] }]
  }
  await writeTinyModel(root, { name: '__NAME__-1', bytes, changes })
  const url = new URL('./index.ts', import.meta.url).href
  runtime = createRuntime({ shippedRoot: root, modules: [{ id: '__NAME__', url }], workers: 1 })
  await runtime.start()
})
afterAll(async () => {
  await runtime.stop()
  await rm(root, { recursive: true })
})

const lead = (sample: (i: number) => number, length = 500): Input => ({
  samples: Float64Array.from({ length }, (_, i) => sample(i))
})

moduleContract({
  module: module as never,
  runtime: () => runtime,
  good: () => lead(Math.sin),
  hostile: [
    ['an empty lead', 'too-short', () => lead(Math.sin, 0)],
    ['a flat lead', 'quality-unacceptable', () => lead(() => 0)],
    ['a missing sample', 'quality-unacceptable', () => lead((i) => (i === 7 ? Number.NaN : Math.sin(i)))]
  ]
})

test('the score is that of the model', async () => {
  // Mean absolute value 1, sigmoid(1) = 0.7311.
  const findings = await runtime.run<Findings>('__NAME__', lead((i) => (i % 2 ? 1 : -1)))
  expect(findings).toEqual({ kind: 'scored', probability: expect.closeTo(0.7311, 3) })
})
