import type { ModelManifest, Tensor } from '../../../core/model.ts'
import { restingInput } from '../../../inference/runtime/golden.ts'
import { simulateEcg } from '../../../server/demo/simulate/ecg.ts'

/** One recording as a model takes it: a simulated lead in every lead and at the model's length; other inputs at rest. */
export function ecgInputs(manifest: ModelManifest): Record<string, Tensor> {
  const lead = simulateEcg({ seed: 1, potassium: 6.5 }).samples[0]!
  return Object.fromEntries(
    manifest.inputs.map((port) => {
      const { dims, data } = restingInput(port, 1)
      const length = dims.at(-1)!
      const filled = dims.length === 3 ? data.map((_, i) => lead[(i % length) % lead.length]!) : data
      return [port.name, { dims, data: filled }]
    })
  )
}
