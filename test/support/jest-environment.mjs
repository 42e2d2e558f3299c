// onnxruntime-node 1.30 compares typed arrays by identity of their constructor, and Jest gives tests constructors of
// another realm ("data must be type of function Float32Array()"). Handing the outer realm's constructors in cures it.
import { TestEnvironment } from 'jest-environment-node'

// As inference/runtime/no-telemetry.ts, for the real environment: a test's own `process.env` is a copy of Jest's.
process.env.ORT_DISABLE_TELEMETRY = '1'

const SHARED = [
  'ArrayBuffer',
  'SharedArrayBuffer',
  'DataView',
  'Int8Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'Float32Array',
  'Float64Array',
  'BigInt64Array',
  'BigUint64Array'
]

export default class OneRealmEnvironment extends TestEnvironment {
  async setup() {
    await super.setup()
    for (const name of SHARED) this.global[name] = globalThis[name]
  }
}
