import { AppError } from '../../core/errors/app-error.ts'

/** A message of onnx.proto: the messages among its fields, by field number; `marks`: fields that name another file. */
interface Message {
  fields: Readonly<Record<number, Message>>
  marks?: readonly number[]
}

/** TensorProto: external_data 13, data_location 14. */
const TENSOR: Message = { fields: {}, marks: [13, 14] }
/** SparseTensorProto: values 1, indices 2. */
const SPARSE: Message = { fields: { 1: TENSOR, 2: TENSOR } }
const GRAPH: { fields: Record<number, Message> } = { fields: {} }
/** AttributeProto: t 5, g 6, tensors 10, graphs 11, sparse_tensor 22, sparse_tensors 23. */
const ATTRIBUTE: Message = { fields: { 5: TENSOR, 6: GRAPH, 10: TENSOR, 11: GRAPH, 22: SPARSE, 23: SPARSE } }
/** NodeProto: attribute 5. */
const NODE: Message = { fields: { 5: ATTRIBUTE } }
// GraphProto: node 1, initializer 5, sparse_initializer 15. A graph holds graphs.
GRAPH.fields = { 1: NODE, 5: TENSOR, 15: SPARSE }
/** ModelProto: graph 7, functions 25; FunctionProto: node 7, attribute_proto 11. */
const MODEL: Message = { fields: { 7: GRAPH, 25: { fields: { 7: NODE, 11: ATTRIBUTE } } } }

const MAX_DEPTH = 64

/**
 * Refuses a graph that keeps values in a file of its own: ONNX Runtime would read them from the working folder of the process, and
 * the sha256 of the manifest says nothing of that file. Reads the messages' headers only (protocol buffers, encoding), never the
 * weights.
 *
 * @param bytes a ModelProto
 * @throws AppError MODEL_UNAVAILABLE reasons `external-data`; `load` where the bytes are no such message
 */
export function refuseExternalData(bytes: Uint8Array): void {
  walk(bytes, { from: 0, to: bytes.length }, MODEL, 0)
}

function walk(bytes: Uint8Array, { from, to }: { from: number; to: number }, message: Message, depth: number): void {
  if (depth > MAX_DEPTH) throw unreadable()
  let at = from
  const varint = (): number => {
    let value = 0
    for (let shift = 0; shift < 70; shift += 7) {
      if (at >= to) throw unreadable()
      const byte = bytes[at++]!
      value += (byte & 127) * 2 ** shift
      if (byte < 128) return value
    }
    throw unreadable()
  }
  while (at < to) {
    const tag = varint()
    const field = Math.floor(tag / 8)
    const wire = tag % 8
    if (field === 0 || !(wire in FIXED)) throw unreadable()
    let length = FIXED[wire]!
    const value = wire === VARINT || wire === DELIMITED ? varint() : 0
    if (wire === DELIMITED) length = value
    if (length > to - at) throw unreadable()
    // data_location 0 is the default: the values are here.
    if (message.marks?.includes(field) && !(wire === VARINT && value === 0))
      throw new AppError('MODEL_UNAVAILABLE', { reason: 'external-data' })
    const inner = message.fields[field]
    if (inner && wire === DELIMITED) walk(bytes, { from: at, to: at + length }, inner, depth + 1)
    at += length
  }
}

const [VARINT, DELIMITED] = [0, 2]
/** Bytes of a value by wire type, of those whose length is known; groups (3, 4) are in no graph. */
const FIXED: Readonly<Record<number, number>> = { 0: 0, 1: 8, 2: 0, 5: 4 }

const unreadable = (): AppError => new AppError('MODEL_UNAVAILABLE', { reason: 'load' })
