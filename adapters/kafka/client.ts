import { readFileSync } from 'node:fs'
import { Kafka, type KafkaConfig, type LogEntry, logLevel, type SASLOptions } from 'kafkajs'
import { AppError } from '../../core/errors/app-error.ts'
import type { Logger } from '../../core/log.ts'
import type { KafkaConnection, KafkaSasl, KafkaTls } from './options.ts'
import { mendRequestQueue } from './request-queue.ts'

mendRequestQueue()

/** A kafkajs client. @throws AppError CONFIG_INVALID when a file or variable it names cannot be read */
export const createKafka = (connection: KafkaConnection, log: Logger): Kafka =>
  new Kafka(toKafkaConfig(connection, log))

export function toKafkaConfig(connection: KafkaConnection, log: Logger): KafkaConfig {
  const { brokers, clientId, tls, sasl, timeouts } = connection
  return {
    brokers,
    clientId,
    ...(tls ? { ssl: toTls(tls) } : {}),
    ...(sasl ? { sasl: toSasl(sasl) } : {}),
    connectionTimeout: timeouts.connect,
    authenticationTimeout: timeouts.request,
    requestTimeout: timeouts.request,
    enforceRequestTimeout: true,
    retry: { initialRetryTime: 100, multiplier: 2, factor: 0.2, maxRetryTime: 1_000, retries: 3 },
    logLevel: logLevel.WARN,
    logCreator: () => logTo(log)
  }
}

function toTls({ caFile, certFile, keyFile, servername }: KafkaTls): KafkaConfig['ssl'] {
  return {
    ...(caFile ? { ca: [read(caFile, 'tls.caFile')] } : {}),
    ...(certFile ? { cert: read(certFile, 'tls.certFile') } : {}),
    ...(keyFile ? { key: read(keyFile, 'tls.keyFile') } : {}),
    // kafkajs itself names the host it connects to; given by address there is none to name, and Node checks the address.
    ...(servername ? { servername } : {})
  }
}

function toSasl({ mechanism, username, passwordFile, passwordVariable }: KafkaSasl): SASLOptions {
  const password = passwordFile
    ? read(passwordFile, 'sasl.passwordFile').replace(/\r?\n$/, '')
    : process.env[passwordVariable ?? '']
  if (!password) throw new AppError('CONFIG_INVALID', { at: 'sasl.passwordVariable', reason: 'not-set' })
  return { mechanism, username, password } as SASLOptions
}

function read(file: string, at: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new AppError('CONFIG_INVALID', { at, reason: 'not-readable', cause })
  }
}

/**
 * What kafkajs says, without its words: those hold whatever a broker or a caller put into them. It calls every rebalance an
 * error, so it is heard at level debug only; what fails for good is said by whoever asked for it.
 */
const logTo =
  (log: Logger) =>
  ({ namespace, log: entry }: LogEntry): void => {
    const { groupId, topic, partition } = entry as { groupId?: string; topic?: string; partition?: number }
    log.debug({ kind: 'kafkajs', event: namespace, group: groupId, topic, partition }, 'kafka client')
  }

interface Said {
  type?: unknown
  name?: unknown
  cause?: unknown
  errors?: unknown
}

/** The name of a kafkajs or protocol error ('not_enough_replicas', 'kafkajsconnectionerror'): a fixed list, no content. */
export function reasonOf(error: unknown): string {
  for (let one = error as Said | undefined; one; ) {
    if (typeof one.type === 'string') return one.type.toLowerCase()
    // An aggregate (several topics refused) says nothing itself: the first of them does.
    const inner = (one.cause ?? (Array.isArray(one.errors) ? one.errors[0] : undefined)) as typeof one
    if (!inner || inner === one) return typeof one.name === 'string' ? one.name.toLowerCase() : 'unknown'
    one = inner
  }
  return 'unknown'
}
