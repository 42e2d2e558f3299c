import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { fileURLToPath } from 'node:url'

const PROGRAM = fileURLToPath(new URL('../../../.hisbundle/peers/s3/bin/moto_server', import.meta.url))
const TRIES = 300
const PAUSE_MS = 100

export interface S3Peer {
  /** 'http://127.0.0.1:port' */
  endpoint: string
  stop(): Promise<void>
}

/** moto's S3 server (Python) on loopback and a free port, empty; it takes any credentials. Ready when it resolves. */
export async function startS3(): Promise<S3Peer> {
  if (!existsSync(PROGRAM)) throw new Error('moto is not there: bash test/peers/install.sh s3')
  const port = await freePort()
  const child = spawn(PROGRAM, ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore', detached: true })
  const endpoint = `http://127.0.0.1:${port}`
  await answers(endpoint, child)
  return {
    endpoint,
    async stop() {
      const exited = new Promise((resolve) => child.once('exit', resolve))
      process.kill(-child.pid!, 'SIGKILL')
      await exited
    }
  }
}

async function answers(endpoint: string, child: ChildProcess): Promise<void> {
  for (let n = 0; n < TRIES; n++) {
    if (child.exitCode !== null) break
    const up = await fetch(endpoint).then(
      () => true,
      () => false
    )
    if (up) return
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }
  throw new Error('moto does not answer')
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
