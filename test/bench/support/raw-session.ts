/**
 * One thread with ONNX Runtime and nothing of ours: the peer of the worker pool. Told how many milliseconds, it runs the
 * graph that long and answers how often.
 */
import { readFileSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { InferenceSession, Tensor } from 'onnxruntime-node'

export interface RawSetup {
  file: string
  intraOpThreads: number
  inputs: { name: string; dims: number[]; data: Float32Array }[]
}

const { file, intraOpThreads, inputs } = workerData as RawSetup
const session = await InferenceSession.create(readFileSync(file), {
  executionProviders: ['cpu'],
  intraOpNumThreads: intraOpThreads,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  graphOptimizationLevel: 'all',
  logSeverityLevel: 3
})
const feeds = Object.fromEntries(inputs.map(({ name, dims, data }) => [name, new Tensor('float32', data, dims)]))
await session.run(feeds)
await session.run(feeds)
parentPort!.on('message', async (ms: number) => {
  const began = performance.now()
  let runs = 0
  while (performance.now() - began < ms) {
    await session.run(feeds)
    runs++
  }
  parentPort!.postMessage(runs)
})
parentPort!.postMessage('ready')
