import { parentPort } from 'node:worker_threads'
import { type JobName, runJob } from './jobs.ts'

parentPort!.on('message', ({ name, request }: { name: JobName; request: unknown }) => {
  try {
    parentPort!.postMessage({ answer: runJob(name, request) })
  } catch (error) {
    // What it was does not leave the thread: a message of the runtime could quote a value.
    parentPort!.postMessage({ failed: error instanceof Error ? error.name : 'Error' })
  }
})
