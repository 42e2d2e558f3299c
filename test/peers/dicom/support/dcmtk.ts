import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** dcmtk waits 40 ms an object without it. */
const env = { ...process.env, TCP_NODELAY: '1' }

export interface Ended {
  status: number | null
  /** stdout and stderr together. */
  text: string
}

/** Runs a tool to its end. */
export function run(tool: string, args: readonly string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(tool, args, { env })
    let text = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()))
    child.once('error', reject)
    child.once('close', (status) => resolve({ status, text }))
  })
}

/** A port that was free a moment ago; for peers that cannot be asked which one they took. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

export async function listening(port: number, patienceMs = 20_000): Promise<void> {
  const deadline = performance.now() + patienceMs
  for (;;) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect({ host: '127.0.0.1', port })
      socket.once('connect', () => {
        socket.destroy()
        resolve(true)
      })
      socket.once('error', () => resolve(false))
    })
    if (isOpen) return
    if (performance.now() > deadline) throw new Error('the peer does not listen')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/**
 * dcmtk's storescp, bit preserving and for any transfer syntax: what lies in its folder is what came over the wire. It does not
 * sync. With `fork` it takes several associations at a time, each in a process.
 */
export async function startStorescp({ fork = false } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'hb-storescp-'))
  const port = await freePort()
  const options = [...(fork ? ['--fork'] : []), '+B', '+xa', '-pm', '-od', folder, '-aet', 'STORE', String(port)]
  const child = spawn('storescp', options, { env, stdio: 'ignore' })
  await listening(port)
  return {
    port,
    /** Whole files that came since the last call; they are removed. */
    take(): Buffer[] {
      const names = readdirSync(folder).sort()
      const files = names.map((name) => readFileSync(join(folder, name)))
      for (const name of names) rmSync(join(folder, name))
      return files
    },
    stop(): void {
      child.kill('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    }
  }
}
