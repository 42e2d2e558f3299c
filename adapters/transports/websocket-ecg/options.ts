import { readOptions } from '../../read-options.ts'

export interface LiveOptions {
  /** A port of its own on loopback; absent: mounted by the server at /stream/ecg. */
  port?: number
  host: string
  /** Lengths of the strips that are cut from a span of good signal, rising. The last one ends the span. */
  stripSeconds: readonly number[]
  /** After a whole span: how much signal passes before the next one begins. */
  restSeconds: number
  /** Samples that may be under way, in seconds of signal. */
  windowSeconds: number
  /** How many times faster than the clock samples may come on the whole. */
  maxSpeed: number
  /** A session without a connection is kept so long. */
  keepSeconds: number
  helloSeconds: number
  /** A connection that brings no samples. */
  idleSeconds: number
  /** A ping that is not answered until the next one cuts the connection. */
  heartbeatSeconds: number
  /** A `bye` waits so long for what is still to be told. */
  farewellSeconds: number
  sessionsPerClient: number
  maxSessions: number
  minRateHz: number
  maxRateHz: number
}

const DEFAULTS: LiveOptions = {
  host: '127.0.0.1',
  stripSeconds: [10, 30],
  restSeconds: 60,
  windowSeconds: 10,
  maxSpeed: 10,
  keepSeconds: 120,
  helloSeconds: 10,
  idleSeconds: 60,
  heartbeatSeconds: 15,
  farewellSeconds: 10,
  sessionsPerClient: 64,
  maxSessions: 512,
  minRateHz: 100,
  maxRateHz: 2000
}

const LOOPBACK = ['127.0.0.1', '::1', 'localhost']

const within = (min: number, max: number) => (value: unknown) =>
  typeof value === 'number' && value >= min && value <= max
const whole = (min: number, max: number) => (value: unknown) => Number.isInteger(value) && within(min, max)(value)

/** A ring of forty seconds holds the longest strip and a window behind it. */
const MAX_STRIP_S = 60

const CHECKS: Readonly<Record<keyof LiveOptions, (value: unknown) => boolean>> = {
  port: whole(0, 65_535),
  host: (value) => LOOPBACK.includes(value as string),
  stripSeconds: (value) =>
    Array.isArray(value) &&
    value.length > 0 &&
    value.length <= 4 &&
    value.every((seconds, i) => within(1, MAX_STRIP_S)(seconds) && (i === 0 || seconds > value[i - 1])),
  restSeconds: within(0, 86_400),
  windowSeconds: within(1, 30),
  maxSpeed: within(1, 100),
  keepSeconds: within(0, 3600),
  helloSeconds: within(0.05, 60),
  idleSeconds: within(0.05, 3600),
  heartbeatSeconds: within(0.05, 600),
  farewellSeconds: within(0, 60),
  sessionsPerClient: whole(1, 10_000),
  maxSessions: whole(1, 10_000),
  minRateHz: within(1, 2000),
  maxRateHz: within(1, 2000)
}

/** @throws AppError CONFIG_INVALID naming the option (reason 'unknown-option' or 'value') */
export const readLiveOptions = (raw: Record<string, unknown>): LiveOptions =>
  readOptions('websocket-ecg', raw, { checks: CHECKS, defaults: DEFAULTS })
