import { AppError } from '../../core/errors/app-error.ts'

/** How a Kafka cluster is reached; the same keys in the bus section and in a `kafka-topic` feed. */
export interface KafkaConnection {
  /** 'host:port' of the first brokers to ask. */
  brokers: string[]
  clientId: string
  /** TLS; an empty object takes Node's certificate authorities. The server's name is always checked. */
  tls?: KafkaTls
  sasl?: KafkaSasl
  timeouts: KafkaTimeouts
}

/** PEM files. */
export interface KafkaTls {
  caFile?: string
  certFile?: string
  keyFile?: string
  /** Name the certificates must carry when the brokers are addressed otherwise. */
  servername?: string
}

export interface KafkaSasl {
  mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'
  username: string
  /** One of the two: a file that holds the password alone, or the name of an environment variable. */
  passwordFile?: string
  passwordVariable?: string
}

/** Milliseconds. */
export interface KafkaTimeouts {
  connect: number
  /** One request; an append is refused at the latest after about three of them. */
  request: number
  /** A consumer that was silent for this long loses its partitions. */
  session: number
  /** How long a rebalance waits for the members that are known. */
  rebalance: number
  /** How long an idle fetch waits at the broker; a subscription stops within it. */
  fetchWait: number
}

export const KAFKA_TIMEOUTS: KafkaTimeouts = {
  connect: 5_000,
  request: 10_000,
  session: 30_000,
  rebalance: 60_000,
  fetchWait: 500
}

const MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512']
/** kafkajs parts host and port at the first colon, so an IPv6 address needs a name. */
const BROKER = /^[A-Za-z0-9._-]+:[0-9]{1,5}$/
const LOOPBACK = /^(127\.[0-9.]+|localhost):/

type Plain = Record<string, unknown>
type Checks = Record<string, (value: unknown, at: string) => boolean>
const isPlain = (value: unknown): value is Plain => typeof value === 'object' && value !== null && !Array.isArray(value)
const isText = (value: unknown): boolean => typeof value === 'string' && value !== ''
const isMilliseconds = (value: unknown): boolean =>
  Number.isInteger(value) && (value as number) >= 10 && (value as number) <= 3_600_000

const TLS_CHECKS: Checks = { caFile: isText, certFile: isText, keyFile: isText, servername: isText }
const SASL_CHECKS: Checks = {
  mechanism: (value) => MECHANISMS.includes(value as string),
  username: isText,
  passwordFile: isText,
  passwordVariable: isText
}
const TIMEOUT_CHECKS: Checks = Object.fromEntries(Object.keys(KAFKA_TIMEOUTS).map((name) => [name, isMilliseconds]))

/** The keys of a connection, for whoever has further keys beside them. */
export const CONNECTION_CHECKS: Readonly<Checks> = {
  brokers: (value) =>
    Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string' && BROKER.test(one)),
  clientId: isText,
  tls: (value, at) => checkKeys(value, TLS_CHECKS, at),
  sasl: (value, at) => checkKeys(value, SASL_CHECKS, at),
  timeouts: (value, at) => checkKeys(value, TIMEOUT_CHECKS, at)
}

/** @throws AppError CONFIG_INVALID at the first key that is unknown or holds what cannot be */
export function checkKeys(raw: unknown, checks: Checks, at: string): raw is Plain {
  if (!isPlain(raw)) throw new AppError('CONFIG_INVALID', { at, reason: 'not-an-object' })
  for (const [name, value] of Object.entries(raw)) {
    const place = `${at}.${name}`
    if (!Object.hasOwn(checks, name)) throw new AppError('CONFIG_INVALID', { at: place, reason: 'unknown-key' })
    if (value !== undefined && !checks[name]!(value, place))
      throw new AppError('CONFIG_INVALID', { at: place, reason: 'value' })
  }
  return true
}

/** Fills what is not given, of keys that were checked, and refuses what does not go together. */
export function completeConnection(given: Partial<KafkaConnection>, at: string): KafkaConnection {
  const { brokers, clientId = 'hisbundle', tls, sasl } = given
  const refuse = (key: string, reason: string): never => {
    throw new AppError('CONFIG_INVALID', { at: `${at}.${key}`, reason })
  }
  if (!brokers) return refuse('brokers', 'required')
  if (tls && (tls.certFile === undefined) !== (tls.keyFile === undefined)) refuse('tls', 'needs-cert-and-key')
  if (sasl) {
    if (!sasl.mechanism || !sasl.username) refuse('sasl', 'required')
    if ((sasl.passwordFile === undefined) === (sasl.passwordVariable === undefined))
      refuse('sasl', 'needs-one-password')
    // The password would cross the network in the clear, or a hash of it that can be tried offline.
    if (!tls && !brokers.every((broker) => LOOPBACK.test(broker))) refuse('sasl', 'needs-tls')
  }
  const timeouts = { ...KAFKA_TIMEOUTS, ...given.timeouts }
  return { brokers, clientId, ...(tls ? { tls } : {}), ...(sasl ? { sasl } : {}), timeouts }
}
