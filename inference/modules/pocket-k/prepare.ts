import type { ModelManifest, Tensor } from '../../../core/model.ts'
import { prepareFor } from '../../signal/preprocess/index.ts'

/**
 * Lead I as the model of this manifest wants it: its rate, mV, clips of 10 s (three of a 30 s strip, zero-padded from 8 s),
 * prepared by its `preprocessing.id`; `hb-ecg-1` lies inside the graph.
 *
 * @returns Tensor [clips, 1, samples]
 * @throws as `prepareFor`
 */
export function prepare(manifest: ModelManifest, lead: { samples: Float64Array; rateHz: number }): Tensor {
  const { dims, data } = prepareFor(manifest, [{ mdc: 1, samples: lead.samples }], lead.rateHz)
  return { dims, data }
}
