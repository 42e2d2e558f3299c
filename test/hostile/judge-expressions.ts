import { Worker } from 'node:worker_threads'
import type { MatchTask, MatchTime } from './match-worker.ts'
import { worstStrings } from './worst-strings.ts'

/** A3-39: an expression may take this long over 10^5 characters of the worst kind. */
const LIMIT_MS = 50
/** For all strings of one expression together; then it is ended. */
const DEFAULT_TIMEOUT_MS = 20_000

export interface SlowExpression {
  at: string
  source: string
  ms: number
  /** The first and last characters of the string that was slow. */
  string: string
}

/** The expressions that are slower than they may be. */
export async function slowExpressions(
  expressions: readonly { at: string; source: string; flags: string }[],
  { timeoutMs = DEFAULT_TIMEOUT_MS } = {}
): Promise<SlowExpression[]> {
  const slow: SlowExpression[] = []
  let worker = newWorker()
  for (const { at, source, flags } of expressions) {
    const strings = worstStrings(source, flags)
    const time = await ask(worker, { source, flags, strings, limitMs: LIMIT_MS }, timeoutMs)
    if (time === undefined) {
      await worker.terminate()
      worker = newWorker()
    }
    if (time && time.slowestMs <= LIMIT_MS) continue
    const text = strings[time?.index ?? 0] ?? ''
    const ms = time?.slowestMs ?? Number.POSITIVE_INFINITY
    slow.push({ at, source, ms, string: JSON.stringify(`${text.slice(0, 20)}...${text.slice(-5)}`) })
  }
  await worker.terminate()
  return slow
}

const newWorker = (): Worker => new Worker(new URL('./match-worker.ts', import.meta.url))

function ask(worker: Worker, task: MatchTask, timeoutMs: number): Promise<MatchTime | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), timeoutMs)
    worker.once('message', (time: MatchTime) => {
      clearTimeout(timer)
      resolve(time)
    })
    worker.postMessage(task)
  })
}
