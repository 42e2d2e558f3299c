import { parentPort, workerData } from 'node:worker_threads'
import { asAppError } from '../../core/errors/app-error.ts'
import type { Format } from '../../core/format.ts'
import { collectTexts } from '../../core/json-numbers.ts'
import type { DecodeTask, FromDecodeWorker, PlainError, WorkerSettings } from './decode-protocol.ts'
import { importFormat } from './formats.ts'
import { resourcesOf } from './resources-of.ts'
import { transferables } from './transferables.ts'

// A decode worker: formats run here, away from the sockets, within the thread's memory limit. One task at a time.
const port = parentPort!
const { dir, names } = workerData as WorkerSettings
const formats = new Map<string, Format>()

try {
  for (const name of names) formats.set(name, await importFormat(new URL(dir), name))
  port.on('message', (task: DecodeTask) => void perform(task))
  port.postMessage({ kind: 'ready' } satisfies FromDecodeWorker)
} catch (error) {
  port.postMessage({ kind: 'unusable', error: plain(error, 'CONFIG_INVALID') } satisfies FromDecodeWorker)
  port.close()
}

async function perform(task: DecodeTask): Promise<void> {
  try {
    const answer = await run(task)
    port.postMessage(answer, transferables(answer))
  } catch (error) {
    port.postMessage({ kind: 'failed', error: plain(error, 'DECODE_FAILED') } satisfies FromDecodeWorker)
  }
}

async function run(task: DecodeTask): Promise<FromDecodeWorker> {
  const format = formats.get(task.format)!
  if (task.kind === 'decode') {
    const decoded = await format.decode(task.envelope, task.feed)
    return { kind: 'done', decoded, texts: collectTexts(resourcesOf(decoded)) }
  }
  return { kind: 'done', reply: format.reply?.(task.envelope, task.feed, task.settlement) }
}

/** Only code and position cross: an uncoded error's text could hold what was decoded. */
function plain(error: unknown, fallback: 'DECODE_FAILED' | 'CONFIG_INVALID'): PlainError {
  const { code, at, reason } = asAppError(error, fallback)
  return { code, at, reason }
}
