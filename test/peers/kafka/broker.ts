import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
/** Kafka's versions that install.sh brings, oldest first. */
export const KAFKA_VERSIONS = readFileSync(at('versions.txt'), 'utf8').trim().split('\n')

/** Low and quick: one node, small heap, internal topics with one replica and few partitions. */
const BASE: Readonly<Record<string, string | number>> = {
  'process.roles': 'broker,controller',
  'node.id': 1,
  'controller.listener.names': 'CONTROLLER',
  'inter.broker.listener.name': 'PLAINTEXT',
  'auto.create.topics.enable': 'false',
  'offsets.topic.replication.factor': 1,
  'offsets.topic.num.partitions': 4,
  'transaction.state.log.replication.factor': 1,
  'transaction.state.log.min.isr': 1,
  'share.coordinator.state.topic.replication.factor': 1,
  'share.coordinator.state.topic.min.isr': 1,
  'group.initial.rebalance.delay.ms': 0,
  'group.min.session.timeout.ms': 500,
  // A broker that was killed is let in again when its old session has ended.
  'broker.session.timeout.ms': 2000,
  'broker.heartbeat.interval.ms': 500,
  'num.network.threads': 2,
  'num.io.threads': 2,
  'log.cleaner.dedupe.buffer.size': 4 * 2 ** 20
}
const JAVA = [
  '-Xmx320m',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=error',
  '-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info'
]
const STARTED = 'Kafka Server started'

export interface KafkaOptions {
  /** One of KAFKA_VERSIONS. Default: the newest. */
  version?: string
  /** Lines of server.properties. */
  configs?: Record<string, string | number>
  /** A second listener beside the plain one, e.g. SASL_SSL; its keys and mechanisms come in `configs`. */
  secure?: 'SSL' | 'SASL_PLAINTEXT' | 'SASL_SSL'
  /** SCRAM users, as StorageTool takes them: 'SCRAM-SHA-256=[name=alice,password=...]'. */
  scram?: string[]
}

export interface KafkaPeer {
  version: string
  /** 'host:port' of the plain listener. */
  brokers: string[]
  /** 'host:port' of the `secure` listener. */
  secureBrokers: string[]
  /** SIGKILL; the data stay. Resolves when the process is gone. */
  kill(): Promise<void>
  /** Starts again on the same data and ports, killed or not; `configs` replace lines of before. */
  restart(configs?: Record<string, string | number>): Promise<void>
  /** Kills it and removes its data. */
  stop(): Promise<void>
}

/** A real Apache Kafka: one KRaft node on loopback and free ports, data in a folder of its own. Ready when it resolves. */
export async function startKafka(options: KafkaOptions = {}): Promise<KafkaPeer> {
  const version = options.version ?? KAFKA_VERSIONS.at(-1)!
  const classPath = at(`../../../.hisbundle/peers/kafka-${version}/classpath.txt`)
  if (!existsSync(classPath)) throw new Error(`Kafka ${version} is not there: bash test/peers/install.sh kafka`)
  const dir = mkdtempSync(join(tmpdir(), 'kafka-'))
  const [plain, controller, secure] = await freePorts(3)
  const properties = join(dir, 'server.properties')
  const java = (main: string, args: string[]): ChildProcess => {
    const command = [...JAVA, '-cp', readFileSync(classPath, 'utf8').trim(), main, ...args]
    // The broker dies with the test's process, however that ends.
    return spawn('setpriv', ['--pdeathsig', 'KILL', 'java', ...command], {
      cwd: dir,
      stdio: ['ignore', 'pipe', 'pipe']
    })
  }
  const write = (configs: Record<string, string | number> = {}): void => {
    const second = options.secure ? [`SECURE://127.0.0.1:${secure}`] : []
    const clients = [`PLAINTEXT://127.0.0.1:${plain}`, ...second]
    const all = {
      ...BASE,
      'log.dirs': join(dir, 'data'),
      'controller.quorum.voters': `1@127.0.0.1:${controller}`,
      listeners: [...clients, `CONTROLLER://127.0.0.1:${controller}`].join(','),
      'advertised.listeners': clients.join(','),
      'listener.security.protocol.map': `PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURE:${options.secure ?? 'SSL'}`,
      ...options.configs,
      ...configs
    }
    const lines = Object.entries(all).map(([key, value]) => `${key}=${value}`)
    writeFileSync(properties, `${lines.join('\n')}\n`)
  }

  let running: ChildProcess | undefined
  const kill = async (): Promise<void> => {
    const child = running
    running = undefined
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    await new Promise<void>((resolve) => {
      child.once('exit', () => resolve())
      child.kill('SIGKILL')
    })
  }
  const run = async (): Promise<void> => {
    running = java('kafka.Kafka', [properties])
    await saysSo(running, STARTED)
  }

  write()
  mkdirSync(join(dir, 'data'))
  const scram = (options.scram ?? []).flatMap((user) => ['--add-scram', user])
  await ends(java('kafka.tools.StorageTool', ['format', '-t', 'MkU3OEVBNTcwNTJENDM2Qg', '-c', properties, ...scram]))
  await run()
  return {
    version,
    brokers: [`127.0.0.1:${plain}`],
    secureBrokers: options.secure ? [`127.0.0.1:${secure}`] : [],
    kill,
    async restart(configs) {
      await kill()
      if (configs) write(configs)
      await run()
    },
    async stop() {
      await kill()
      rmSync(dir, { recursive: true, force: true })
    }
  }
}

/**
 * Ports that nobody listens on, below those that the system gives to outgoing connections: a client that knocks at a
 * dead broker's port inside that range may be connected to itself.
 */
async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = []
  while (ports.length < count) {
    const port = 15_000 + Math.floor(Math.random() * 15_000)
    if (!ports.includes(port) && (await isFree(port))) ports.push(port)
  }
  return ports
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })

/** Resolves when the process has written `line`; what comes after is read and dropped, so that its pipes never fill. */
function saysSo(child: ChildProcess, line: string): Promise<void> {
  let said = ''
  return new Promise((resolve, reject) => {
    let waiting = true
    const read = (chunk: Buffer): void => {
      if (!waiting) return
      said += chunk.toString()
      if (!said.includes(line)) return
      waiting = false
      resolve()
    }
    child.stdout!.on('data', read)
    child.stderr!.on('data', read)
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`the broker ended with ${code}: ${said.slice(-2000)}`)))
  })
}

function ends(child: ChildProcess): Promise<void> {
  let said = ''
  const read = (chunk: Buffer): void => {
    said += chunk.toString()
  }
  child.stdout!.on('data', read)
  child.stderr!.on('data', read)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`StorageTool ended with ${code}: ${said.slice(-2000)}`))
    )
  })
}
