import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Models } from '../../../core/model.ts'
import { DELINEATOR } from '../../../inference/modules/ecgomics/manifest.ts'
import { measure } from '../../../inference/modules/ecgomics/measure.ts'
import { DEFAULT_PARAMETERS } from '../../../inference/modules/ecgomics/policy.ts'
import { inputFrom } from '../../../inference/modules/ecgomics/recording.ts'
import type { EcgomicsParameters } from '../../../inference/modules/ecgomics/types.ts'
import { createRuntime, type InferenceRuntime } from '../../../inference/runtime/runtime.ts'
import type { BenchOptions, BenchRow } from '../../../server/cli/bench.ts'
import { simulateEcg } from '../../../server/demo/simulate/ecg.ts'
import { hasNeurokit, neurokitPerSecond } from '../ecg/neurokit.ts'
import { check } from '../support/check.ts'

/** What the issue asks of a measurement beside NeuroKit2's. */
const TARGET_RATIO = 20
/** Measured before the clock runs: the code is compiled by then. */
const WARM_UP = 10

/**
 * Whole measurements (quality, beats, waves, median beat, all features) of 12 leads x 10 s at 500 Hz, one after the other in
 * one thread, by the classical path and as served; beside NeuroKit2's ecg_process (which ends in ecg_delineate) on all leads of
 * the same samples, in its own process right after.
 */
export async function ecgMeasureRows({ seconds, say }: BenchOptions): Promise<BenchRow[]> {
  const waveform = simulateEcg({ seed: 3003, rateHz: 500, seconds: 10, heartRate: 72 })
  const input = inputFrom({ waveform, age: 60, sex: 'female' })
  const runtime = createRuntime({ modules: [], roles: [DELINEATOR], workers: 1 })
  await runtime.start()
  const rate = async (delineator: EcgomicsParameters['delineator']): Promise<number> => {
    const parameters = { ...DEFAULT_PARAMETERS, delineator }
    const once = async (): Promise<void> => {
      const { delineation } = await measure(input, parameters, modelsOf(runtime))
      check('leads measured', delineation.leads.length, input.leads.length)
    }
    for (let i = 0; i < WARM_UP; i++) await once()
    const started = performance.now()
    let done = 0
    while (done === 0 || performance.now() - started < (seconds * 1000) / 3) {
      await once()
      done++
    }
    return (done * 1000) / (performance.now() - started)
  }
  const scratch = await mkdtemp(join(tmpdir(), 'ecg-measure-'))
  try {
    const served = await rate('fused')
    const classical = await rate('classical')
    const peer = await peerRate(join(scratch, 'leads.f64'), { samples: input.leads, rateHz: input.rateHz, seconds })
    if (peer === undefined)
      say('NeuroKit2 is not installed for this Python (BENCH_PYTHON): ecg.measure.perSecond has no ratio')
    else say(`NeuroKit2 0.2.13 ecg_process, 12 leads: ${(1000 / peer).toFixed(0)} ms`)
    const row = (name: string, value: number): BenchRow => ({
      name,
      value,
      unit: '1/s',
      ...(peer === undefined
        ? {}
        : { peer: { name: 'NeuroKit2 ecg_process', value: peer }, ratio: value / peer, target: TARGET_RATIO })
    })
    return [row('ecg.measure.perSecond', served), row('ecg.measure.classical.perSecond', classical)]
  } finally {
    await runtime.stop()
    await rm(scratch, { recursive: true })
  }
}

/** The worker's view of the models, over the pool; a role without a model refuses and the classical path serves. */
const modelsOf = (runtime: InferenceRuntime): Models => ({
  manifest: (role) => runtime.model(role).manifest,
  site: (role) => runtime.model(role).site ?? {},
  asset: () => undefined,
  infer: (role, inputs) => runtime.inferTensor(role, inputs)
})

async function peerRate(
  file: string,
  { samples, rateHz, seconds }: { samples: readonly { samples: Float64Array }[]; rateHz: number; seconds: number }
): Promise<number | undefined> {
  if (!(await hasNeurokit())) return undefined
  await writeFile(file, Buffer.concat(samples.map((lead) => Buffer.from(Float64Array.from(lead.samples).buffer))))
  return neurokitPerSecond(file, { leads: samples.length, rateHz, seconds: seconds / 3 })
}
