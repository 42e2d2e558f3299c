import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { ServerState } from './server-child.ts'

export type { ServerState } from './server-child.ts'

const CHILD = fileURLToPath(new URL('./server-child.ts', import.meta.url))

/** Heap of the server's main thread: a leak ends the process instead of the machine. */
const HEAP_MIB = 512
/** A stop drains what was taken and gives peers some seconds; what takes longer hangs on something that leaked. */
const STOP_MS = 60_000

export interface FuzzServer {
  /** 'http://127.0.0.1:port', 'mllp://...', 'dicom://...' */
  http: string
  mllp: string
  dimse: string
  state(): Promise<ServerState>
  /** Resolves with what it said when the process has ended by itself. */
  died: Promise<string>
  isDead(): boolean
  /** @returns whether it ended when it was asked to; if not it was killed */
  stop(): Promise<boolean>
}

type FromChild = { up: Pick<FuzzServer, 'http' | 'mllp' | 'dimse'> } | { state: ServerState }

export async function startServer(): Promise<FuzzServer> {
  const child = fork(CHILD, {
    execArgv: [`--max-old-space-size=${HEAP_MIB}`, '--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { PATH: process.env.PATH ?? '', TMPDIR: process.env.TMPDIR ?? '' }
  })
  let errors = ''
  child.stderr!.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-4000)
  })
  let stopping = false
  let dead = false
  const exited = new Promise<string>((resolve) => {
    child.once('close', (code, signal) => {
      dead = !stopping
      resolve(`the server ended with ${signal ?? code}: ${errors.slice(-1500)}`)
    })
  })
  const asked: ((state: ServerState) => void)[] = []
  const up = await new Promise<Pick<FuzzServer, 'http' | 'mllp' | 'dimse'>>((resolve, reject) => {
    child.on('message', (message: FromChild) => {
      if ('up' in message) resolve(message.up)
      else asked.shift()?.(message.state)
    })
    void exited.then((text) => reject(new Error(text)))
  })
  return {
    ...up,
    state: () =>
      Promise.race([
        new Promise<ServerState>((resolve) => {
          asked.push(resolve)
          child.send('state')
        }),
        exited.then((text) => Promise.reject(new Error(text)))
      ]),
    died: exited,
    isDead: () => dead,
    async stop() {
      stopping = true
      if (child.connected) child.send('stop')
      let killed = false
      const limit = setTimeout(() => {
        killed = true
        child.kill('SIGKILL')
      }, STOP_MS)
      await exited
      clearTimeout(limit)
      return !killed
    }
  }
}
