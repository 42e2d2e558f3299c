import { AppError } from '../../core/errors/app-error.ts'
import type { ModelManifest } from '../../core/model.ts'
import type { GraphPort } from './ort.ts'

/** Highest operator set that a model may use (specs section F). */
export const MAX_OPSET = 17
/** Shipped models stay under this size, so that the repository stays small (specs section F). */
export const MAX_SHIPPED_BYTES = 16 * 1024 * 1024

const TEXT_FIELDS = ['implements', 'name', 'version', 'file', 'sha256', 'licence', 'intendedUse'] as const
const LIST_FIELDS = ['inputs', 'outputs', 'metrics', 'exclusions'] as const
const OBJECT_FIELDS = ['preprocessing', 'calibration', 'training'] as const

/**
 * A `model.json` text as manifest. Only what the runtime relies on is checked; further fields pass through.
 *
 * @throws AppError MODEL_UNAVAILABLE reason `manifest`, with the position of the first field that is wrong
 */
export function parseManifest(text: string): ModelManifest {
  let raw: unknown
  try {
    raw = JSON.parse(text)
  } catch (cause) {
    throw wrong('', cause)
  }
  if (!isObject(raw)) throw wrong('')
  for (const field of TEXT_FIELDS) if (typeof raw[field] !== 'string' || raw[field] === '') throw wrong(field)
  for (const field of LIST_FIELDS) if (!Array.isArray(raw[field])) throw wrong(field)
  for (const field of OBJECT_FIELDS) if (!isObject(raw[field])) throw wrong(field)
  const manifest = raw as unknown as ModelManifest
  if (!/^[a-z0-9-]+\/\d+$/.test(manifest.implements)) throw wrong('implements')
  if (!/^[0-9a-f]{64}$/.test(manifest.sha256)) throw wrong('sha256')
  // A plain file name: a manifest must not reach outside its folder.
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(manifest.file)) throw wrong('file')
  if (!(manifest.opset >= 1 && manifest.opset <= MAX_OPSET)) throw wrong('opset')
  if (typeof manifest.preprocessing.id !== 'string') throw wrong('preprocessing.id')
  for (const [index, asset] of (Array.isArray(manifest.assets) ? manifest.assets : []).entries()) {
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]*\.json$/.test(asset?.file) || !/^[0-9a-f]{64}$/.test(asset?.sha256))
      throw wrong(`assets[${index}]`)
  }
  // Research models only: whoever claims more must do so in code that is reviewed, not in a data file.
  if (manifest.notForClinicalUse !== true) throw wrong('notForClinicalUse')
  for (const [index, port] of manifest.inputs.entries()) {
    if (typeof port.name !== 'string' || !Array.isArray(port.shape)) throw wrong(`inputs[${index}]`)
  }
  for (const [index, port] of manifest.outputs.entries()) {
    if (typeof port.name !== 'string') throw wrong(`outputs[${index}]`)
  }
  return manifest
}

/**
 * Compares the loaded graph with what the manifest says of it: names, float32, and every fixed dimension.
 *
 * @throws AppError MODEL_UNAVAILABLE reason `shape`
 */
export function checkPorts(manifest: ModelManifest, graph: { inputs: GraphPort[]; outputs: GraphPort[] }): void {
  if (graph.inputs.length !== manifest.inputs.length) throw wrong('inputs', undefined, 'shape')
  for (const [index, declared] of manifest.inputs.entries()) {
    const actual = graph.inputs.find((port) => port.name === declared.name)
    if (actual?.type !== 'float32' || !sameShape(declared.shape, actual.shape)) {
      throw wrong(`inputs[${index}]`, undefined, 'shape')
    }
  }
  for (const [index, declared] of manifest.outputs.entries()) {
    const actual = graph.outputs.find((port) => port.name === declared.name)
    if (actual?.type !== 'float32') throw wrong(`outputs[${index}]`, undefined, 'shape')
    // Of a sequence (batch, class, sample) the classes are the middle dimension, else the last.
    const width = actual.shape.length === 3 ? actual.shape[1] : actual.shape.at(-1)
    // Labels in another number than that dimension would shift every name after them.
    if (declared.labels?.length && typeof width === 'number' && width >= 0 && declared.labels.length !== width) {
      throw wrong(`outputs[${index}].labels`, undefined, 'shape')
    }
  }
}

/** Zeros in the declared input shape, free dimensions as 1: what a warm-up run is fed. */
export function warmUpInputs(manifest: ModelManifest): Record<string, { dims: number[]; data: Float32Array }> {
  return Object.fromEntries(
    manifest.inputs.map(({ name, shape }) => {
      const dims = shape.map((size) => (typeof size === 'number' && size > 0 ? size : 1))
      return [name, { dims, data: new Float32Array(dims.reduce((product, size) => product * size, 1)) }]
    })
  )
}

const sameShape = (declared: (number | string)[], actual: (number | string)[]): boolean =>
  declared.length === actual.length &&
  declared.every((size, axis) => {
    const other = actual[axis]
    return typeof size !== 'number' || size < 0 || typeof other !== 'number' || other < 0 || size === other
  })

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function wrong(field: string, cause?: unknown, reason = 'manifest'): AppError {
  return new AppError('MODEL_UNAVAILABLE', { reason, at: field ? `model.json ${field}` : 'model.json', cause })
}
