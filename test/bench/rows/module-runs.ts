import { createRuntime } from '../../../inference/runtime/runtime.ts'
import { loadModule } from '../../../server/app/discover.ts'
import type { BenchOptions, BenchRow } from '../../../server/cli/bench.ts'
import { simulateEcg } from '../../../server/demo/simulate/ecg.ts'
import { check } from '../support/check.ts'
import { quantile } from '../support/quantile.ts'

/** Milliseconds of a run at most, 19 of 20 times (specs 02 and 04, section 7). */
const P95_MS = { 'pocket-k': 10, anyecg: 12 }
const TRACINGS = 25
/** Run before the clock does: the code is compiled by then. */
const WARM_UP = 10

/**
 * Whole runs of a module on one 10 s, 12-lead ECG of 500 Hz, one after the other in one worker: handing over the samples, gate,
 * preparation, model, explanation and findings. Simulated tracings, of which none is refused.
 */
export async function moduleRunRows({ seconds }: BenchOptions): Promise<BenchRow[]> {
  const rows: BenchRow[] = []
  for (const [id, target] of Object.entries(P95_MS)) {
    const { module, url } = await loadModule(id)
    const runtime = createRuntime({ modules: [{ id, url }], roles: module.manifest.models, workers: 1 })
    await runtime.start()
    try {
      const inputs = Array.from({ length: TRACINGS }, (_, i) =>
        module.inputFrom!({
          waveform: simulateEcg({ seed: 3003 + i, rateHz: 500, seconds: 10, heartRate: 60 + i }),
          age: 60,
          sex: 'female'
        })
      )
      const once = async (n: number): Promise<void> => {
        const findings = await runtime.run<{ kind: string }>(id, inputs[n % TRACINGS])
        check('runs refused', findings.kind === 'refused' ? 1 : 0, 0)
      }
      for (let n = 0; n < WARM_UP; n++) await once(n)
      const ms: number[] = []
      const began = performance.now()
      while (ms.length < TRACINGS || performance.now() - began < (seconds * 1000) / 2) {
        const started = performance.now()
        await once(ms.length)
        ms.push(performance.now() - started)
      }
      rows.push({ name: `ecg.run.${id}.p50Ms`, value: quantile(ms, 0.5), unit: 'ms' })
      rows.push({ name: `ecg.run.${id}.p95Ms`, value: quantile(ms, 0.95), unit: 'ms', target })
    } finally {
      await runtime.stop()
    }
  }
  return rows
}
