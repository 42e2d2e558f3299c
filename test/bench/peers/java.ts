import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const BUILD = fileURLToPath(new URL('../../../.hisbundle/peers/', import.meta.url))

export interface JavaPeer {
  port: number
  stop(): void
}

/**
 * A Java server that test/peers/install.sh built into .hisbundle/peers/<folder>; resolves when it prints 'listening PORT'.
 * Undefined when it is not installed: a row then stands without its peer, and says so.
 */
export async function startJava(folder: string, main: string, args: string[]): Promise<JavaPeer | undefined> {
  const home = join(BUILD, folder)
  if (!existsSync(join(home, 'classes')) || !existsSync(join(home, 'classpath.txt'))) return undefined
  const classPath = [join(home, 'classes'), readFileSync(join(home, 'classpath.txt'), 'utf8').trim()].join(delimiter)
  const child = spawn('java', ['-Xmx3g', '-cp', classPath, main, ...args], {
    cwd: home,
    stdio: ['ignore', 'pipe', 'ignore']
  })
  const stop = (): void => void child.kill('SIGKILL')
  process.once('exit', stop)
  for await (const line of createInterface(child.stdout)) {
    const port = /^listening (\d+)$/.exec(line)?.[1]
    if (port === undefined) continue
    child.stdout.resume()
    return { port: Number(port), stop }
  }
  throw new Error(`${main} ended before it listened`)
}
