// onnxruntime-node 1.30 compares typed arrays by identity of their constructor, and Jest gives tests constructors of
// another realm ("data must be type of function Float32Array()"). Handing the outer realm's constructors in cures it.
import { TestEnvironment } from 'jest-environment-node'
import { leftListening, listening, openSuiteFolder } from './suite-folder.ts'

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
  #suite
  #folder
  #listening

  constructor(config, context) {
    super(config, context)
    this.#suite = context.testPath
  }

  async setup() {
    await super.setup()
    for (const name of SHARED) this.global[name] = globalThis[name]
    this.#folder = openSuiteFolder([this.global.process.env])
    this.#listening = listening()
  }

  async teardown() {
    // Who counts sockets in a later suite of this process would take them for its own. A suite that Jest gave up on may still
    // be starting its world: then the next one is named, and the one before it is meant.
    const left = this.#folder ? await leftListening(this.#listening) : 0
    if (left > 0) console.warn(`${this.#suite} ends with ${left} more listening socket(s) than it began with`)
    this.#folder?.close()
    await super.teardown()
  }
}
