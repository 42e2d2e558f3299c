import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'

const run = promisify(execFile)
const DEBIAN = '/usr/lib/postgresql'
const START_TRIES = 100
const PAUSE_MS = 100

/** A PostgreSQL of our own: its data in a temporary folder, on loopback, at a free port that stays through restarts. */
export interface PostgresCluster {
  /** 'postgres://...' of a superuser on an empty database, password included (SCRAM). */
  url: string
  /** An empty database of its own in this cluster. */
  newDatabase(): Promise<string>
  /** SIGKILL to every process of it, as a power cut would end them; the data stay. */
  kill(): Promise<void>
  /** SIGSTOP to every process of it: connections stay open and nothing answers. */
  freeze(): void
  /** SIGCONT after `freeze`. */
  thaw(): void
  /** Kills it when it runs and starts it on the same data and port; resolves when it answers. */
  restart(): Promise<void>
  /** Ends it and removes its data. */
  stop(): Promise<void>
}

export interface PostgresOptions {
  /** Of postgresql.conf; default: PostgreSQL's own, so that a commit is on disk when it is confirmed. */
  settings?: Record<string, string>
  /** Written into the data folder before the start, text by name, for the settings to name. */
  files?: Record<string, string>
}

export async function startPostgres({ settings = {}, files = {} }: PostgresOptions = {}): Promise<PostgresCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'hisbundle-postgres-'))
  const data = join(folder, 'data')
  const password = randomBytes(12).toString('hex')
  const passwordFile = join(folder, 'password')
  writeFileSync(passwordFile, password, { mode: 0o600 })
  const owner = await ownerOf([folder, passwordFile])
  const { command, args } = asOwner(owner, [
    program('initdb'),
    ...[
      '-D',
      data,
      '-U',
      'postgres',
      '-E',
      'UTF8',
      '--locale=C.UTF-8',
      '-A',
      'scram-sha-256',
      '--pwfile',
      passwordFile
    ],
    '--no-sync'
  ])
  await run(command, args, { cwd: folder })
  for (const [name, text] of Object.entries(files)) writeFileSync(join(data, name), text, { mode: 0o600 })
  await ownerOf(Object.keys(files).map((name) => join(data, name)))
  const port = await freePort()
  const urlOf = (database: string): string => `postgres://postgres:${password}@127.0.0.1:${port}/${database}`
  let server: ChildProcess | undefined

  function launch(): ChildProcess {
    const options = { listen_addresses: '127.0.0.1', port: String(port), unix_socket_directories: '', ...settings }
    const list = Object.entries(options).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    const { command, args } = asOwner(owner, [program('postgres'), '-D', data, ...list])
    return spawn(command, args, { cwd: folder, stdio: ['ignore', 'ignore', 'ignore'] })
  }

  /** After a kill the shared memory of the old processes may still be held: tried again until it answers. */
  async function start(): Promise<void> {
    for (let tries = 1; ; tries++) {
      if (server === undefined || server.exitCode !== null || server.signalCode !== null) server = launch()
      if (await answers(urlOf('postgres'))) return
      if (tries >= START_TRIES) throw new Error('PostgreSQL did not start')
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
  }

  const processes = (): number[] => (server?.pid === undefined ? [] : [server.pid, ...childrenOf(server.pid)])
  const signal = (name: NodeJS.Signals): void => {
    for (const pid of processes()) send(pid, name)
  }

  async function kill(): Promise<void> {
    const ending = server
    if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return
    const gone = once(ending, 'exit')
    signal('SIGKILL')
    await gone
  }

  async function stop(): Promise<void> {
    process.off('exit', onExit)
    await kill()
    rmSync(folder, { recursive: true, force: true })
  }
  const onExit = (): void => {
    signal('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
  process.on('exit', onExit)

  try {
    await start()
  } catch (error) {
    await stop()
    throw error
  }
  let databases = 0
  return {
    url: urlOf('postgres'),
    async newDatabase() {
      const name = `test_${++databases}`
      await query(urlOf('postgres'), `CREATE DATABASE ${name}`)
      return urlOf(name)
    },
    kill,
    freeze: () => signal('SIGSTOP'),
    thaw: () => signal('SIGCONT'),
    async restart() {
      await kill()
      await start()
    },
    stop
  }
}

/** One statement on a connection of its own. */
export async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 })
  // A server that dies says so by this event too; the rejection of the query is what counts.
  client.on('error', () => {})
  try {
    await client.connect()
    return (await client.query(text)).rows as Record<string, unknown>[]
  } finally {
    await client.end().catch(() => {})
  }
}

const answers = (url: string): Promise<boolean> =>
  query(url, 'SELECT 1').then(
    () => true,
    () => false
  )

function program(name: string): string {
  if (!existsSync(DEBIAN)) return name
  const versions = readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a))
  const version = versions.find((each) => existsSync(join(DEBIAN, each, 'bin', name)))
  return version === undefined ? name : join(DEBIAN, version, 'bin', name)
}

interface Owner {
  uid: number
  gid: number
}

/** PostgreSQL refuses to run as root: then its own user does. */
async function ownerOf(paths: string[]): Promise<Owner | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const number = async (flag: string): Promise<number> => Number((await run('id', [flag, 'postgres'])).stdout)
  const owner = { uid: await number('-u'), gid: await number('-g') }
  for (const path of paths) chownSync(path, owner.uid, owner.gid)
  return owner
}

function asOwner(owner: Owner | undefined, [command, ...args]: string[]): { command: string; args: string[] } {
  if (!owner) return { command: command!, args }
  const change = ['--pdeathsig=SIGQUIT', `--reuid=${owner.uid}`, `--regid=${owner.gid}`, '--clear-groups', '--']
  return { command: 'setpriv', args: [...change, command!, ...args] }
}

/** Backends have sessions of their own, so a process group would miss them. */
function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
  } catch {
    return []
  }
}

function send(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // Gone already.
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
