import { parentPort, workerData } from 'node:worker_threads'
import { LogWriter } from './log-writer.ts'
import type { WriterReply, WriterRequest, WriterSettings } from './writer-protocol.ts'

// The writer thread: a commit blocks this thread for an fsync, never the one that reads the sockets.
const port = parentPort!
const answer = (reply: WriterReply): void => port.postMessage(reply)

try {
  const writer = new LogWriter(workerData as WriterSettings)
  port.on('message', (request: WriterRequest) => {
    if (request.kind === 'close') {
      writer.close()
      answer({ kind: 'closed' })
      port.close()
      return
    }
    try {
      answer({ kind: 'done', ...writer.run(request.ops) })
    } catch (error) {
      answer({ kind: 'failed', reason: reasonOf(error) })
    }
  })
  answer({ kind: 'ready', heads: writer.heads() })
} catch (error) {
  answer({ kind: 'unusable', reason: reasonOf(error) })
  port.close()
}

/** SQLite's own code word ('sqlite_full', 'sqlite_busy'): a fixed list, no content of a message. */
function reasonOf(error: unknown): string {
  const code = (error as { code?: unknown } | undefined)?.code
  return typeof code === 'string' ? code.toLowerCase() : 'writer-failed'
}
