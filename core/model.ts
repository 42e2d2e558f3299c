/** model.json of a model folder (specs README section F), as far as the runtime reads it. */
export interface ModelManifest {
  /** Role and contract version, e.g. 'pocket-k/1'. */
  implements: string
  name: string
  version: string
  file: string
  sha256: string
  opset: number
  licence: string
  source?: string
  inputs: {
    name: string
    dtype: string
    shape: (number | string)[]
    unit?: string
    rateHz?: number
    leads?: string[]
    /** Names of the columns of a table, in order. */
    features?: string[]
  }[]
  preprocessing: { id: string; inGraph: boolean; params?: unknown }
  outputs: {
    name: string
    role: string
    labels?: { key: string; coding: { system: string; code: string; display?: string }[]; show?: boolean }[]
  }[]
  calibration: {
    method: string
    params?: Record<string, unknown>
    trainPrevalence?: unknown
    n?: number
    data?: string
  }
  training: { kind: 'real' | 'semi-synthetic' | 'simulated' | 'mixed'; [key: string]: unknown }
  metrics: { data: string; n: number; metric: string; value: number; ci?: [number, number]; baseline?: unknown }[]
  intendedUse: string
  notForClinicalUse: boolean
  exclusions: string[]
  /** Further JSON files of the folder that belong to the model (a case bank, an operating curve), each with its sha256. */
  assets?: { file: string; sha256: string }[]
  /** Of a head: the encoder whose embedding it was trained on. Another encoder in service refuses the head. */
  encoder?: { role: string; sha256: string }
  /** How the clips of one long strip become one answer; default: mean. */
  aggregation?: { clips: 'mean' | 'median' }
  /** Split conformal prediction: quantiles of the nonconformity score on calibration data, by what they are for. */
  conformal?: { alpha: number; quantiles: Record<string, number> }
  /** Distance from the training data: the asset that holds its mean and whitening, and the distances of two quantiles. */
  ood?: { file: string; statistic: 'mahalanobis'; p99: number; p999: number }
}

/** A loaded model folder: manifest, site.json and where it lies. */
export interface ModelFolder {
  role: string
  dir: string
  manifest: ModelManifest
  site?: Record<string, unknown>
  shipped: boolean
}

/** Typed arrays in, typed arrays out, by the names in the manifest. */
export interface Tensor {
  dims: number[]
  data: Float32Array
}

/** What `run` of a module may call inside the worker. */
export interface Models {
  manifest(role: string): ModelManifest
  site(role: string): Record<string, unknown>
  /** The parsed JSON of an asset of the manifest. @throws AppError MODEL_UNAVAILABLE reason `asset` */
  asset(role: string, file: string): unknown
  infer(role: string, inputs: Record<string, Tensor>): Promise<Record<string, Tensor>>
}
