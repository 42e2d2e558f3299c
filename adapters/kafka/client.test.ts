import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type LogEntry, logLevel } from 'kafkajs'
import { silentLogger } from '../../core/log.ts'
import { reasonOf, toKafkaConfig } from './client.ts'
import { completeConnection } from './options.ts'

const connection = completeConnection({ brokers: ['127.0.0.1:9092'] }, 'kafka')

test('Node has nothing to say about negative times when a request queue is empty', () => {
  const client = fileURLToPath(new URL('./client.ts', import.meta.url))
  const code = `await import(${JSON.stringify(client)})
    const { createRequire } = await import('node:module')
    const Queue = createRequire(${JSON.stringify(client)})('kafkajs/src/network/requestQueue')
    const logger = { debug() {}, warn() {} }
    const queue = new Queue({ maxInFlightRequests: null, requestTimeout: 10, enforceRequestTimeout: false, logger })
    queue.checkPendingRequests()
    process.stdout.write(String(queue.throttleCheckTimeoutId))`
  const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', code]
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  expect([stdout, stderr]).toEqual(['null', ''])
})

test('nothing that kafkajs says in words reaches the log', () => {
  const lines: unknown[] = []
  const write = (fields: object, message: string): void => {
    lines.push({ ...fields, message })
  }
  const log = { ...silentLogger, debug: write, info: write, warn: write, error: write }
  const creator = toKafkaConfig(connection, log).logCreator!(logLevel.WARN)
  const entry = { message: 'DOE^JANE 1970', error: 'DOE^JANE', groupId: 'g', topic: 't', partition: 3 }
  creator({ namespace: 'Connection', level: logLevel.ERROR, label: 'ERROR', log: entry } as unknown as LogEntry)
  expect(lines).toEqual([
    { kind: 'kafkajs', event: 'Connection', group: 'g', topic: 't', partition: 3, message: 'kafka client' }
  ])
})

test('finds the name of an error below what the library wraps around it', () => {
  const inner = Object.assign(new Error('DOE'), { type: 'NOT_ENOUGH_REPLICAS' })
  const outer = Object.assign(new Error('DOE', { cause: inner }), { name: 'KafkaJSNumberOfRetriesExceeded' })
  expect([reasonOf(outer), reasonOf(new TypeError('DOE')), reasonOf(undefined)]).toEqual([
    'not_enough_replicas',
    'typeerror',
    'unknown'
  ])
})

test('an aggregate of errors is named by its first', () => {
  const refused = Object.assign(new Error('x'), { name: 'KafkaJSCreateTopicError', type: 'INVALID_REPLICATION_FACTOR' })
  const aggregate = Object.assign(new Error('y'), { name: 'KafkaJSAggregateError', errors: [refused] })
  expect(reasonOf(aggregate)).toBe('invalid_replication_factor')
})
