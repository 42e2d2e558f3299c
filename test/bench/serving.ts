import { servingRows } from './rows/inference.ts'
import { benchOf } from './support/bench-of.ts'

/** Each ECG model through the pool, tensors in to tensors out, beside ONNX Runtime alone on as many threads. */
export default benchOf({
  'pocket-k': servingRows('pocket-k/1'),
  'ecg-delineator': servingRows('ecg-delineator/1'),
  'ecg-encoder': servingRows('ecg-encoder/1')
})
