import { floats, int64s, node, onnxModel } from '../../inference/runtime/fixtures/onnx-writer.ts'
import { writeTinyModel } from '../../inference/runtime/fixtures/tiny-pocket-k.ts'

/**
 * A model folder for `pocket-k/1` that answers every ECG with the same P(K > 5.5), so that a result tells which of two models made it.
 *
 * @param probability of K > 5.5; those of the rarer labels follow below it
 */
export function writeConstantModel(root: string, { name, probability }: { name: string; probability: number }) {
  const logit = Math.log(probability / (1 - probability))
  const bytes = onnxModel({
    nodes: [
      node('ReduceMean', ['ecg'], 'mean3', [
        { name: 'axes', ints: [2] },
        { name: 'keepdims', int: 1 }
      ]),
      node('Reshape', ['mean3', 'column'], 'x'),
      node('Mul', ['x', 'zero'], 'nothing'),
      node('Add', ['nothing', 'four'], 'mean'),
      node('Sub', ['nothing', 'one'], 'logSigma'),
      node('Add', ['nothing', 'logits'], 'raw'),
      node('Sigmoid', ['raw'], 'probability'),
      node('Add', ['nothing', 'wide'], 'embedding')
    ],
    constants: [
      int64s('column', [-1, 1]),
      floats('zero', [1], [0]),
      floats('one', [1], [1]),
      floats('four', [1], [4]),
      floats('logits', [4], [logit, logit - 1, logit - 2, -6]),
      floats(
        'wide',
        [128],
        Array.from({ length: 128 }, () => 1)
      )
    ],
    inputs: { ecg: ['batch', 1, 5000] },
    outputs: { mean: ['batch', 1], logSigma: ['batch', 1], probability: ['batch', 4], embedding: ['batch', 128] }
  })
  return writeTinyModel(root, { name, bytes, changes: { name } })
}
