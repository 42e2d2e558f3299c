import './no-telemetry.ts'
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node'
import { AppError } from '../../core/errors/app-error.ts'
import type { Tensor } from '../../core/model.ts'
import { refuseExternalData } from './external-data.ts'

export type GraphOptimization = 'all' | 'disabled'

/** Name, element type and shape of one input or output; a free dimension is its symbolic name or -1. */
export interface GraphPort {
  name: string
  type: string
  shape: (number | string)[]
}

/** One loaded graph. `run` blocks the calling thread for the whole inference: never called on the main thread. */
export interface Session {
  inputs: GraphPort[]
  outputs: GraphPort[]
  run(inputs: Record<string, Tensor>): Promise<Record<string, Tensor>>
  release(): Promise<void>
}

/**
 * Loads a graph from bytes whose hash was already checked, so that the file cannot be exchanged in between.
 *
 * One intra-op thread: for graphs of this size a second thread costs more than it brings; workers bring the parallelism.
 *
 * @throws AppError MODEL_UNAVAILABLE reasons `external-data`: the graph keeps values in another file, which nobody's hash covers;
 *   `load`: ONNX Runtime does not take the graph
 */
export async function loadSession(
  bytes: Uint8Array,
  { intraOpThreads = 1, optimization = 'all' }: { intraOpThreads?: number; optimization?: GraphOptimization } = {}
): Promise<Session> {
  refuseExternalData(bytes)
  const session = await InferenceSession.create(bytes, {
    executionProviders: ['cpu'],
    intraOpNumThreads: intraOpThreads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: optimization,
    logSeverityLevel: 3
  }).catch((cause: unknown) => {
    throw new AppError('MODEL_UNAVAILABLE', { reason: 'load', cause })
  })
  return {
    inputs: session.inputMetadata.map(toPort),
    outputs: session.outputMetadata.map(toPort),
    run: async (inputs) => {
      const feeds: Record<string, OrtTensor> = {}
      for (const [name, { data, dims }] of Object.entries(inputs)) feeds[name] = new OrtTensor('float32', data, dims)
      const results = await session.run(feeds)
      const outputs: Record<string, Tensor> = {}
      for (const [name, tensor] of Object.entries(results)) {
        if (tensor.type !== 'float32') throw new AppError('MODEL_UNAVAILABLE', { reason: 'output-type' })
        outputs[name] = { dims: [...tensor.dims], data: tensor.data as Float32Array }
      }
      return outputs
    },
    release: () => session.release()
  }
}

function toPort(meta: InferenceSession.ValueMetadata): GraphPort {
  return meta.isTensor
    ? { name: meta.name, type: meta.type, shape: [...meta.shape] }
    : { name: meta.name, type: 'other', shape: [] }
}
