import { refuseExternalData } from './external-data.ts'
import { floats, node, onnxModel } from './fixtures/onnx-writer.ts'
import { tinyPocketK } from './fixtures/tiny-pocket-k.ts'
import { loadSession } from './ort.ts'

const graph = (tensor: number[]): Uint8Array =>
  onnxModel({
    nodes: [node('Add', ['a', 'w'], 'b')],
    constants: [tensor],
    inputs: { a: [1] },
    outputs: { b: [1] }
  })
/** TensorProto data_location 14 = EXTERNAL, as protocol buffers write it. */
const EXTERNAL = [14 << 3, 1]
/** TensorProto external_data 13 { key 1 'location', value 2 'w' }. */
const LOCATION = [(13 << 3) | 2, 13, (1 << 3) | 2, 8, ...Buffer.from('location'), (2 << 3) | 2, 1, ...Buffer.from('w')]
const DEFAULT = [14 << 3, 0]

test.each([
  ['marked as external', [...floats('w', [1], [1]), ...EXTERNAL]],
  ['with the name of a file', [...floats('w', [1], [1]), ...LOCATION]],
  ['marked and named', [...floats('w', [1], [1]), ...LOCATION, ...EXTERNAL]]
])('values %s are refused before anything is opened', async (_, tensor) => {
  await expect(loadSession(graph(tensor))).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE', reason: 'external-data' })
})

test('values within an attribute of a node are looked at as well', () => {
  // AttributeProto t 5 of a NodeProto (attribute 5) of a GraphProto (node 1) of a ModelProto (graph 7).
  const wrapped = (field: number, inner: number[]) => [(field << 3) | 2, inner.length, ...inner]
  const bytes = wrapped(7, wrapped(1, wrapped(5, wrapped(5, EXTERNAL))))
  expect(() => refuseExternalData(Uint8Array.from(bytes))).toThrow(expect.objectContaining({ reason: 'external-data' }))
  // A graph within a graph: AttributeProto g 6.
  const nested = wrapped(7, wrapped(1, wrapped(5, wrapped(6, wrapped(5, EXTERNAL)))))
  expect(() => refuseExternalData(Uint8Array.from(nested))).toThrow(
    expect.objectContaining({ reason: 'external-data' })
  )
})

test('values that are where they belong pass, also where the default is written down', async () => {
  expect(() => refuseExternalData(tinyPocketK())).not.toThrow()
  const session = await loadSession(graph([...floats('w', [1], [2]), ...DEFAULT]))
  expect(Array.from((await session.run({ a: { dims: [1], data: Float32Array.of(3) } }))['b']!.data)).toEqual([5])
  await session.release()
})

test.each([
  ['nothing but zeros', new Uint8Array(64)],
  ['a length beyond the end', Uint8Array.of(58, 200, 1)],
  ['a number that never ends', new Uint8Array(20).fill(255)],
  ['a group', Uint8Array.of(59, 60)],
  ['graphs in graphs without end', deep(200)]
])('%s is no graph', (_, bytes) => {
  expect(() => refuseExternalData(bytes)).toThrow(
    expect.objectContaining({ code: 'MODEL_UNAVAILABLE', reason: 'load' })
  )
})

function deep(levels: number): Uint8Array {
  const length = (n: number) => (n < 128 ? [n] : [(n & 127) | 128, n >> 7])
  let bytes: number[] = []
  for (let i = 0; i < levels; i++)
    for (const field of [6, 5, 1]) bytes = [(field << 3) | 2, ...length(bytes.length), ...bytes]
  return Uint8Array.from([(7 << 3) | 2, ...length(bytes.length), ...bytes])
}
