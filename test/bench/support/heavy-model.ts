import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sha256 } from '../../../core/ids.ts'
import { type Attribute, node } from '../../../inference/runtime/fixtures/onnx-writer.ts'
import { tinyManifest } from '../../../inference/runtime/fixtures/tiny-pocket-k.ts'
import { SHIPPED_MODELS } from '../../../inference/runtime/runtime.ts'
import { seededRandom } from '../../support/seeded-random.ts'

/**
 * One-dimensional convolutions of the ballast: 30.7 million weights and about two billion multiplications, as a published
 * ECG network of that size has them (36-39 ms on one thread of the machine where that one was measured).
 */
const LAYERS = [
  { from: 1, to: 64, kernel: 16, stride: 4 },
  { from: 64, to: 256, kernel: 16, stride: 4 },
  { from: 256, to: 512, kernel: 16, stride: 2 },
  { from: 512, to: 1024, kernel: 16, stride: 2 },
  { from: 1024, to: 1024, kernel: 19, stride: 2 }
]
export const HEAVY_PARAMETERS = LAYERS.reduce((sum, { from, to, kernel }) => sum + from * to * kernel, 0)

/**
 * A site's model folder for the role of Pocket-K that weighs what published ECG networks weigh: the shipped network with
 * 30 million random weights beside it, whose output nobody reads. Its answers are the shipped model's, its time is not.
 * A protobuf message followed by another is their merge, so the graph's lists grow by the second one's.
 */
export function writeHeavyModel(folder: string): void {
  cpSync(join(SHIPPED_MODELS, 'pocket-k-1'), folder, { recursive: true })
  rmSync(join(folder, 'golden'), { recursive: true, force: true })
  const manifest = JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8')) as Record<string, unknown>
  const shipped = readFileSync(join(folder, manifest.file as string))
  const model = Buffer.concat([shipped, message(7, ballast())])
  writeFileSync(join(folder, manifest.file as string), model)
  const named = { ...manifest, name: 'pocket-k-heavy', version: '0.0.1', sha256: sha256(model) }
  writeFileSync(join(folder, 'model.json'), JSON.stringify(named))
}

/** GraphProto: node 1, initializer 5, output 12. */
function ballast(): Buffer {
  const { parts, output } = convolutions('ecg', { prefix: 'ballast', leads: 1 })
  parts.push(message(1, Buffer.from(node('GlobalAveragePool', [output], 'ballast'))))
  // ValueInfoProto of a float tensor whose shape ONNX Runtime infers: name 1, type 2 { tensor_type 1 { elem_type 1 } }.
  parts.push(message(12, Buffer.concat([text(1, 'ballast'), message(2, message(1, Buffer.from([8, 1])))])))
  return Buffer.concat(parts)
}

const FOUNDER_LABELS = 150

/**
 * A site's encoder of the form that ECGFounder has: 12 x 5000 in, an embedding of 1024 and 150 statements out, 30.9 million random weights,
 * prepared outside the graph. It knows nothing; it weighs and takes what such a network does.
 */
export function writeFounderModel(folder: string): void {
  const { parts, output } = convolutions('ecg', { prefix: 'trunk', leads: 12 })
  const width = LAYERS.at(-1)!.to
  const random = seededRandom(31)
  const head = Float32Array.from({ length: width * FOUNDER_LABELS }, () => (random() - 0.5) / Math.sqrt(width))
  parts.push(
    message(1, Buffer.from(node('GlobalAveragePool', [output], 'pooled'))),
    message(1, Buffer.from(node('Flatten', ['pooled'], 'embedding', [{ name: 'axis', int: 1 }]))),
    message(1, Buffer.from(node('MatMul', ['embedding', 'head'], 'statements'))),
    message(5, tensor('head', [width, FOUNDER_LABELS], head)),
    message(11, port('ecg', ['B', 12, 5000])),
    message(12, port('embedding', ['B', width])),
    message(12, port('statements', ['B', FOUNDER_LABELS])),
    text(2, 'founder')
  )
  // ModelProto: ir_version 1, graph 7, opset_import 8 { version 2 }.
  const model = Buffer.concat([
    Buffer.from([8, 8]),
    message(7, Buffer.concat(parts)),
    message(8, Buffer.from([16, 17]))
  ])
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'model.onnx'), model)
  const labels = Array.from({ length: FOUNDER_LABELS }, (_, i) => ({ key: `statement-${i + 1}`, coding: [] }))
  const manifest = tinyManifest(model, {
    implements: 'ecg-encoder/1',
    name: 'founder-form',
    inputs: [{ name: 'ecg', dtype: 'float32', shape: ['B', 12, 5000], unit: 'mV', rateHz: 500 }],
    preprocessing: { id: 'ecgfounder-1', inGraph: false },
    outputs: [
      { name: 'embedding', role: 'embedding' },
      { name: 'statements', role: 'logit', labels }
    ],
    calibration: { method: 'none' },
    intendedUse: 'random weights of the real size, for tests'
  })
  writeFileSync(join(folder, 'model.json'), JSON.stringify(manifest))
}

/** Nodes and weights of the convolutions. @returns parts of a GraphProto and the name of the last result */
function convolutions(
  input: string,
  { prefix, leads }: { prefix: string; leads: number }
): { parts: Buffer[]; output: string } {
  const random = seededRandom(30)
  const parts: Buffer[] = []
  let last = input
  for (const [index, layer] of LAYERS.entries()) {
    const { to, kernel, stride } = layer
    const from = index === 0 ? leads : layer.from
    const weights = new Float32Array(from * to * kernel)
    const scale = 2 / Math.sqrt(from * kernel)
    for (let i = 0; i < weights.length; i++) weights[i] = (random() - 0.5) * scale
    const name = `${prefix}_w${index}`
    parts.push(message(5, tensor(name, [to, from, kernel], weights)))
    const attributes: Attribute[] = [
      { name: 'strides', ints: [stride] },
      { name: 'pads', ints: [kernel >> 1, kernel >> 1] }
    ]
    parts.push(message(1, Buffer.from(node('Conv', [last, name], `${prefix}_c${index}`, attributes))))
    parts.push(message(1, Buffer.from(node('Relu', [`${prefix}_c${index}`], `${prefix}_r${index}`))))
    last = `${prefix}_r${index}`
  }
  return { parts, output: last }
}

/** ValueInfoProto: name 1, type 2 { tensor_type 1 { elem_type 1, shape 2 { dim 1 { dim_value 1 | dim_param 2 } } } }. */
function port(name: string, shape: (number | string)[]): Buffer {
  const dims = shape.map((size) =>
    message(1, typeof size === 'number' ? Buffer.concat([Buffer.from([8]), varint(size)]) : text(2, size))
  )
  return Buffer.concat([
    text(1, name),
    message(2, message(1, Buffer.concat([Buffer.from([8, 1]), message(2, Buffer.concat(dims))])))
  ])
}

/** TensorProto: dims 1, data_type 2 (FLOAT 1), name 8, raw_data 9 (little-endian). */
function tensor(name: string, dims: number[], values: Float32Array): Buffer {
  const head = dims.map((size) => Buffer.concat([Buffer.from([8]), varint(size)]))
  return Buffer.concat([...head, Buffer.from([16, 1]), text(8, name), message(9, Buffer.from(values.buffer))])
}

const text = (field: number, value: string): Buffer => message(field, Buffer.from(value))

/** A length-delimited field. */
const message = (field: number, value: Buffer): Buffer =>
  Buffer.concat([varint((field << 3) | 2), varint(value.length), value])

function varint(value: number): Buffer {
  const bytes: number[] = []
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) | 128)
  return Buffer.from([...bytes, value])
}
