import { silentLogger } from '../../core/log.ts'
import { createInferenceStep, type InferenceStep, type InferenceStepOptions } from '../../server/inference/step.ts'

/** The inference step on a real store, without bus, models and waveforms: a run gives its input back as findings. */
export const stepWithoutModels = (
  options: Pick<InferenceStepOptions, 'store' | 'modules' | 'policies' | 'timers' | 'clock'>
): InferenceStep =>
  createInferenceStep({
    bus: { subscribe: async () => ({ stop: async () => undefined }) },
    readWaveform: async () => {
      throw new Error('no waveform in this test')
    },
    runtime: {
      run: async (_, input) => input as never,
      model: () => {
        throw new Error('no model in this test')
      }
    },
    log: silentLogger,
    ...options
  })
