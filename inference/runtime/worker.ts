/** The inference thread. Jobs run one after the other; everything it needs is loaded and warm before it says ready. */
import { dirname } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { AppError, asAppError } from '../../core/errors/app-error.ts'
import type { InferenceModule } from '../../core/inference-module.ts'
import type { Models, Tensor } from '../../core/model.ts'
import { checkPorts, warmUpInputs } from './manifest.ts'
import type { JobMessage, WorkerMessage, WorkerSetup } from './messages.ts'
import { loadSession, type Session } from './ort.ts'
import { readAssets, readModelBytes } from './registry.ts'

const setup = workerData as WorkerSetup
const port = parentPort!
const sessions = new Map<string, Session>()
const assets = new Map<string, Map<string, unknown>>()
const modules = new Map<string, InferenceModule>()
const say = (message: WorkerMessage, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer)

const models: Models = {
  manifest: (role) => entry(role).manifest,
  site: (role) => entry(role).site,
  asset: (role, file) => asset(role, file),
  infer: (role, inputs) => session(role).run(inputs)
}

await load()
// A promise chain keeps the jobs in order and apart: a session is never entered twice.
let last: Promise<void> = Promise.resolve()
port.on('message', (job: JobMessage) => {
  last = last.then(() => perform(job))
})

async function load(): Promise<void> {
  const failures: Extract<WorkerMessage, { kind: 'ready' }>['failures'] = []
  for (const { role, path, manifest } of setup.models) {
    try {
      const loaded = await loadSession(await readModelBytes(path, manifest.sha256), {
        intraOpThreads: setup.intraOpThreads
      })
      checkPorts(manifest, loaded)
      // Two runs: the first allocates the arena, the second shows that it holds.
      await loaded.run(warmUpInputs(manifest))
      await loaded.run(warmUpInputs(manifest))
      assets.set(role, await readAssets(dirname(path), manifest))
      sessions.set(role, loaded)
    } catch (error) {
      failures.push({ role, error: asAppError(error, 'MODEL_UNAVAILABLE').toJSON() })
    }
  }
  for (const { id, url } of setup.modules) {
    try {
      const module = ((await import(url)) as { default: InferenceModule }).default
      modules.set(id, module)
      await warmUp(module)
    } catch (error) {
      failures.push({ module: id, error: asAppError(error, 'INFERENCE_FAILED').toJSON() })
    }
  }
  say({ kind: 'ready', failures })
}

/** A refusal or failure here says nothing about real inputs: those give their own. */
async function warmUp(module: InferenceModule): Promise<void> {
  if (!module.warmUp) return
  await module.run(module.warmUp(), models, {}).catch(() => undefined)
}

async function perform(job: JobMessage): Promise<void> {
  const started = performance.now()
  try {
    if (job.kind === 'run') {
      const value = await runModule(job)
      say({ kind: 'done', id: job.id, value, ms: performance.now() - started })
      return
    }
    const outputs = copied(await session(job.role).run(job.inputs))
    // Copied once, out of the runtime's memory; from there the buffers themselves change hands.
    const buffers = Object.values(outputs).map(({ data }) => data.buffer as ArrayBuffer)
    say({ kind: 'done', id: job.id, value: outputs, ms: performance.now() - started }, buffers)
  } catch (error) {
    const coded = asAppError(error, 'INFERENCE_FAILED')
    say({ kind: 'failed', id: job.id, error: coded.toJSON(), ms: performance.now() - started })
  }
}

function runModule(job: Extract<JobMessage, { kind: 'run' }>): Promise<unknown> {
  const module = modules.get(job.module)
  if (!module) throw new AppError('INFERENCE_FAILED', { reason: 'module-not-loaded' })
  return module.run(job.input, models, job.policy)
}

function entry(role: string): WorkerSetup['models'][number] {
  const found = setup.models.find((model) => model.role === role)
  if (!found) throw new AppError('MODEL_UNAVAILABLE', { reason: 'role' })
  return found
}

function asset(role: string, file: string): unknown {
  const found = assets.get(role)?.get(file)
  if (found === undefined) throw new AppError('MODEL_UNAVAILABLE', { reason: 'asset', at: file })
  return found
}

function session(role: string): Session {
  const found = sessions.get(role)
  if (!found) throw new AppError('MODEL_UNAVAILABLE', { reason: 'role' })
  return found
}

/** ONNX Runtime owns the memory of its outputs: they are copied before they leave the thread. */
function copied(outputs: Record<string, Tensor>): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, { dims, data }]) => [name, { dims, data: data.slice() }])
  )
}
