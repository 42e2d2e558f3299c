import type { Tensor } from '../../../core/model.ts'
import { createRuntime } from '../../../inference/runtime/runtime.ts'
import { ecgInputs } from './model-inputs.ts'
import { median } from './quantile.ts'

/** Two kinds of traffic: tensors in and out, and the whole module in the worker. */
const ROLE = 'pocket-k/1'
/** Of all inferences: until then buffers and code find their size. */
const WARM_UP = 0.2
const POINTS = 20
const IN_FLIGHT = 4

export interface Soak {
  inferences: number
  failed: number
  seconds: number
  /** Resident MiB after each twentieth, warm-up first. */
  curve: number[]
  /** Median of the last quarter of the curve after the warm-up, over that of the first. */
  growth: number
}

/** Runs so many inferences through the pool and looks at the memory of the process (its worker threads are part of it). */
export async function soak(inferences: number, say: (line: string) => void): Promise<Soak> {
  const runtime = createRuntime({ modules: [], roles: [ROLE], workers: 2 })
  await runtime.start()
  try {
    const inputs = ecgInputs(runtime.model(ROLE).manifest)
    const began = performance.now()
    const curve: number[] = []
    for (let point = 0; point < POINTS; point++) {
      await lanes(Math.ceil(inferences / POINTS), () => runtime.inferTensor(ROLE, inputs))
      curve.push(process.memoryUsage.rss() / 2 ** 20)
      say(`soak: ${Math.round(((point + 1) * inferences) / POINTS)} inferences, ${curve.at(-1)!.toFixed(1)} MiB`)
    }
    const steady = curve.slice(Math.ceil(WARM_UP * POINTS))
    const quarter = Math.ceil(steady.length / 4)
    return {
      inferences,
      failed: runtime.stats().failed + runtime.stats().busy,
      seconds: (performance.now() - began) / 1000,
      curve,
      growth: median(steady.slice(-quarter)) / median(steady.slice(0, quarter))
    }
  } finally {
    await runtime.stop()
  }
}

async function lanes(count: number, one: () => Promise<Record<string, Tensor>>): Promise<void> {
  let left = count
  await Promise.all(
    Array.from({ length: IN_FLIGHT }, async () => {
      while (left-- > 0) await one()
    })
  )
}
