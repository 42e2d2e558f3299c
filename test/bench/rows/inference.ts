import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Worker } from 'node:worker_threads'
import type { Tensor } from '../../../core/model.ts'
import { createRuntime, type InferenceRuntime } from '../../../inference/runtime/runtime.ts'
import type { BenchOptions, BenchRow } from '../../../server/cli/bench.ts'
import { check } from '../support/check.ts'
import { ecgInputs } from '../support/model-inputs.ts'
import { median } from '../support/quantile.ts'
import type { RawSetup } from '../support/raw-session.ts'

const INTRA_OP_THREADS = 1
/** Jobs that wait at each worker: the next one is there when one ends. */
const DEPTH = 2
/** Even: every second one has the pool first. */
const SLICES = 8

/**
 * ECG tensors in, tensors out through the worker pool, beside ONNX Runtime alone in as many threads with the same
 * settings. The two take turns in short slices, so that whatever else the machine does falls on both.
 */
export async function inferenceRows(options: BenchOptions): Promise<BenchRow[]> {
  const { rate, delay } = await besideRaw('pocket-k/1', options)
  return [
    { name: 'ecg.inference.perSecond', ...rate, target: 0.8 },
    { name: 'loop.delay.inference.p99Ms', value: delay, unit: 'ms', target: 25 }
  ]
}

/** The same of one model, named by itself. */
export const servingRows =
  (role: string) =>
  async (options: BenchOptions): Promise<BenchRow[]> => {
    const { rate } = await besideRaw(role, options)
    return [{ name: `serving.${role.split('/')[0]}.perSecond`, ...rate, target: 0.9 }]
  }

type Rate = Pick<BenchRow, 'value' | 'unit' | 'peer' | 'ratio'>

async function besideRaw(role: string, { seconds, say }: BenchOptions): Promise<{ rate: Rate; delay: number }> {
  const workers = availableParallelism()
  const runtime = createRuntime({ modules: [], roles: [role], workers, intraOpThreads: INTRA_OP_THREADS, depth: DEPTH })
  await runtime.start()
  const inputs = ecgInputs(runtime.model(role).manifest)
  const raw = await rawThreads(workers, { runtime, role, inputs })
  const delay = monitorEventLoopDelay({ resolution: 5 })
  try {
    const sliceMs = (seconds * 1000) / (2 * SLICES)
    await pooled(runtime, { role, inputs, workers, ms: sliceMs })
    await raw.run(sliceMs)
    const pairs: { pool: number; peer: number }[] = []
    const cpuMs: { pool: number[]; peer: number[] } = { pool: [], peer: [] }
    for (let slice = 0; slice < SLICES; slice++) {
      const pair = { pool: 0, peer: 0 }
      const turns = [
        async () => {
          delay.enable()
          pair.pool = await costing(cpuMs.pool, () => pooled(runtime, { role, inputs, workers, ms: sliceMs }))
          delay.disable()
        },
        async () => {
          pair.peer = await costing(cpuMs.peer, () => raw.run(sliceMs))
        }
      ]
      for (const turn of slice % 2 === 0 ? turns : turns.reverse()) await turn()
      pairs.push(pair)
    }
    check('inferences that failed', runtime.stats().failed + runtime.stats().busy, 0)
    const value = median(pairs.map(({ pool }) => pool))
    const peer = median(pairs.map(({ peer: rate }) => rate))
    say(
      `${role}: ${workers} workers with ${INTRA_OP_THREADS} thread, slices pool/raw ${pairs.map((pair) => `${pair.pool.toFixed(0)}/${pair.peer.toFixed(0)}`).join(' ')}; ` +
        `processor time of one run ${median(cpuMs.pool).toFixed(2)}/${median(cpuMs.peer).toFixed(2)} ms`
    )
    return {
      rate: {
        value,
        unit: '1/s',
        peer: { name: 'onnxruntime, same threads', value: peer },
        ratio: median(pairs.map((pair) => pair.pool / pair.peer))
      },
      delay: delay.percentile(99) / 1e6
    }
  } finally {
    raw.stop()
    await runtime.stop()
  }
}

/**
 * Processor time of this process for each run, beside the rate: other processes take rate away and not this, so it is what tells on
 * a busy machine.
 */
async function costing(cpuMs: number[], work: () => Promise<number>): Promise<number> {
  const [began, before] = [performance.now(), process.cpuUsage()]
  const perSecond = await work()
  const { user, system } = process.cpuUsage(before)
  cpuMs.push((user + system) / 1000 / ((perSecond * (performance.now() - began)) / 1000))
  return perSecond
}

/** @returns inferences a second */
async function pooled(
  runtime: InferenceRuntime,
  { role, inputs, workers, ms }: { role: string; inputs: Record<string, Tensor>; workers: number; ms: number }
): Promise<number> {
  const began = performance.now()
  let done = 0
  const lane = async (): Promise<void> => {
    while (performance.now() - began < ms) {
      const outputs = await runtime.inferTensor(role, inputs)
      if (!Object.values(outputs).every(({ data }) => data.every(Number.isFinite))) throw new Error('bench: not finite')
      done++
    }
  }
  await Promise.all(Array.from({ length: workers * DEPTH }, lane))
  return (done / (performance.now() - began)) * 1000
}

async function rawThreads(
  workers: number,
  { runtime, role, inputs }: { runtime: InferenceRuntime; role: string; inputs: Record<string, Tensor> }
) {
  const { dir, manifest } = runtime.model(role)
  const setup: RawSetup = {
    file: join(dir, manifest.file),
    intraOpThreads: INTRA_OP_THREADS,
    inputs: Object.entries(inputs).map(([name, { dims, data }]) => ({ name, dims, data }))
  }
  const threads: Worker[] = []
  // One after the other, as the pool does: initialising ONNX Runtime in several threads at once has crashed.
  for (let i = 0; i < workers; i++) {
    const thread = new Worker(new URL('../support/raw-session.ts', import.meta.url), {
      workerData: setup,
      execArgv: ['--disable-warning=ExperimentalWarning'],
      env: {}
    })
    await once(thread, 'message')
    threads.push(thread)
  }
  return {
    /** @returns inferences a second of all threads together */
    async run(ms: number): Promise<number> {
      const began = performance.now()
      const runs = await Promise.all(
        threads.map(async (thread) => {
          thread.postMessage(ms)
          return ((await once(thread, 'message')) as [number])[0]
        })
      )
      return (runs.reduce((sum, count) => sum + count, 0) / (performance.now() - began)) * 1000
    },
    stop: () => {
      for (const thread of threads) void thread.terminate()
    }
  }
}
