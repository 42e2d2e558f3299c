import { AppError } from '../../core/errors/app-error.ts'
import type { ModelManifest } from '../../core/model.ts'
import type { GraphPort } from './ort.ts'
import { PREPROCESSING_IDS } from './preprocessing-ids.ts'

/** Highest operator set that a model may use (specs section F). */
export const MAX_OPSET = 17
/** Shipped models stay under this size, so that the repository stays small (specs section F). */
export const MAX_SHIPPED_BYTES = 16 * 1024 * 1024
/** A site's model file, unless the configuration says otherwise. */
export const MAX_SITE_BYTES = 512 * 1024 * 1024
/** A model.json with two thousand labels is far smaller. */
export const MAX_MANIFEST_BYTES = 8 * 1024 * 1024
/** One asset. */
export const MAX_ASSET_BYTES = 64 * 1024 * 1024

/** What an output may be (specs section F); the role says which dimensions it has and what is done with it. */
export const OUTPUT_ROLES = [
  'logit',
  'probability',
  'mean',
  'logSigma',
  'embedding',
  'labels',
  'image',
  'hazard'
] as const
export type OutputRole = (typeof OUTPUT_ROLES)[number]

const ROLE_FORM = /^[a-z0-9-]+\/\d+$/
const SHA256_FORM = /^[0-9a-f]{64}$/
const FILE_FORM = /^[A-Za-z0-9][A-Za-z0-9._-]*$/

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
  if (!ROLE_FORM.test(manifest.implements)) throw wrong('implements')
  if (!SHA256_FORM.test(manifest.sha256)) throw wrong('sha256')
  // A plain file name: a manifest must not reach outside its folder.
  if (!FILE_FORM.test(manifest.file)) throw wrong('file')
  if (!(manifest.opset >= 1 && manifest.opset <= MAX_OPSET)) throw wrong('opset')
  // What nobody here knows how to prepare would be fed with something else.
  if (!PREPROCESSING_IDS.has(manifest.preprocessing.id)) throw wrong('preprocessing.id', undefined, 'preprocessing')
  for (const [index, asset] of (Array.isArray(manifest.assets) ? manifest.assets : []).entries()) {
    if (!FILE_FORM.test(asset?.file) || !asset.file.endsWith('.json') || !SHA256_FORM.test(asset.sha256))
      throw wrong(`assets[${index}]`)
  }
  // Research models only: whoever claims more must do so in code that is reviewed, not in a data file.
  if (manifest.notForClinicalUse !== true) throw wrong('notForClinicalUse')
  for (const [index, port] of manifest.inputs.entries()) {
    if (typeof port.name !== 'string' || !Array.isArray(port.shape)) throw wrong(`inputs[${index}]`)
  }
  for (const [index, port] of manifest.outputs.entries()) {
    if (typeof port.name !== 'string') throw wrong(`outputs[${index}]`)
    if (!(OUTPUT_ROLES as readonly string[]).includes(port.role)) throw wrong(`outputs[${index}].role`)
    checkLabels(port.labels, `outputs[${index}].labels`)
  }
  checkOptions(manifest)
  return manifest
}

/** Every label has a key of its own: results are named by it. */
function checkLabels(labels: unknown, at: string): void {
  if (labels === undefined) return
  if (!Array.isArray(labels)) throw wrong(at)
  const seen = new Set<string>()
  for (const [index, label] of labels.entries()) {
    const key = (label as { key?: unknown } | null)?.key
    if (typeof key !== 'string' || key === '') throw wrong(`${at}[${index}]`)
    if (seen.has(key)) throw wrong(`${at}[${index}]`, undefined, 'label-twice')
    seen.add(key)
  }
}

/** Fields that a manifest may leave out, where they are there. */
function checkOptions({ encoder, aggregation, conformal, ood, assets = [] }: ModelManifest): void {
  if (encoder && !(ROLE_FORM.test(encoder.role) && SHA256_FORM.test(encoder.sha256))) throw wrong('encoder')
  if (aggregation && !['mean', 'median'].includes(aggregation.clips)) throw wrong('aggregation.clips')
  const isCount = (value: unknown) => typeof value === 'number' && Number.isFinite(value) && value >= 0
  if (conformal) {
    const { alpha, quantiles } = conformal
    if (!(alpha > 0 && alpha < 1)) throw wrong('conformal.alpha')
    if (!isObject(quantiles) || !Object.values(quantiles).every(isCount)) throw wrong('conformal.quantiles')
  }
  if (ood) {
    if (!isCount(ood.p99) || !isCount(ood.p999) || ood.p99 > ood.p999) throw wrong('ood')
    // Without its hash it would not be the file that the limits were taken from.
    if (ood.statistic !== 'mahalanobis' || !assets.some(({ file }) => file === ood.file)) throw wrong('ood.file')
  }
}

/**
 * Compares the loaded graph with what the manifest says of it: names, float32, every fixed dimension, and the dimensions that the
 * role of an output asks for: an embedding is (batch, d), hazards are (batch, label, interval).
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
    const rank = RANKS.get(declared.role)
    if (actual?.type !== 'float32' || (rank !== undefined && actual.shape.length !== rank)) {
      throw wrong(`outputs[${index}]`, undefined, 'shape')
    }
    // Of a sequence (batch, class, sample) or of hazards (batch, label, interval) labels are the middle dimension, else the last.
    const width = actual.shape.length === 3 ? actual.shape[1] : actual.shape.at(-1)
    // Labels in another number than that dimension would shift every name after them.
    if (declared.labels?.length && typeof width === 'number' && width >= 0 && declared.labels.length !== width) {
      throw wrong(`outputs[${index}].labels`, undefined, 'shape')
    }
  }
}

const RANKS: ReadonlyMap<string, number> = new Map([
  ['embedding', 2],
  ['hazard', 3]
])

/**
 * The output of a role.
 *
 * @example outputOf(manifest, 'embedding')?.name // 'embedding'
 */
export const outputOf = (manifest: ModelManifest, role: OutputRole): ModelManifest['outputs'][number] | undefined =>
  manifest.outputs.find((output) => output.role === role)

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
