import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../../../server/cli/main.ts', import.meta.url))

export interface Addresses {
  http: string
  feeds: Record<string, string>
}

export interface ServeChild {
  process: ChildProcess
  /** Resolves when the server says where it listens; rejects when it ended before. */
  up: Promise<Addresses>
  exited: Promise<number | null>
  /** How it ended: `signal` when it was killed. */
  ended: Promise<{ code: number | null; signal: string | null }>
  /** What it wrote to stderr, the last 4000 characters. */
  errors(): string
}

/**
 * `hisbundle serve --json` in a process of its own.
 * @param env beside PATH
 * @param args beside the configuration, `--roles edge` for instance
 */
export function serveChild(configFile: string, env: Record<string, string> = {}, args: string[] = []): ServeChild {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', MAIN, 'serve', '--config', configFile, '--json', ...args],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH ?? '', ...env }
    }
  )
  let out = ''
  let errors = ''
  child.stderr!.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-4000)
  })
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) =>
    child.once('close', (code, signal) => resolve({ code, signal }))
  )
  const exited = ended.then(({ code }) => code)
  const up = new Promise<Addresses>((resolve, reject) => {
    child.stdout!.on('data', (chunk: Buffer) => {
      out += chunk.toString()
      if (!out.includes('\n')) return
      const { http, feeds } = JSON.parse(out.split('\n')[0]!) as {
        http: string
        feeds: { name: string; address: string }[]
      }
      resolve({ http, feeds: Object.fromEntries(feeds.map(({ name, address }) => [name, address])) })
    })
    void exited.then(() => reject(new Error(`the server ended before it was up: ${errors.slice(-600)}`)))
  })
  up.catch(() => undefined)
  return { process: child, up, exited, ended, errors: () => errors }
}
