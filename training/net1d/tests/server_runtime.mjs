// Runs a model in the ONNX Runtime of the server: node server_runtime.mjs model.onnx input.f32 rows leads samples -> JSON of `embedding`.
import { readFileSync } from 'node:fs'
import ort from 'onnxruntime-node'

const [model, input, ...dims] = process.argv.slice(2)
const bytes = readFileSync(input)
const data = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4)
const result = {}
for (const level of ['all', 'disabled']) {
  const session = await ort.InferenceSession.create(model, { graphOptimizationLevel: level, intraOpNumThreads: 1 })
  const { embedding } = await session.run({ ecg: new ort.Tensor('float32', data, dims.map(Number)) })
  result[level] = [...embedding.data]
}
console.log(JSON.stringify(result))
