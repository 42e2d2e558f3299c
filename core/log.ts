import { pino } from 'pino'

/**
 * Logging is an allow-list: only these keys, with values of these shapes, ever reach a line. Anything else that is
 * handed in is dropped, so a name or an MRN cannot slip in with an object (guarantee 7).
 */
const ALLOWED_KEYS = [
  'code',
  'reason',
  'at',
  'feed',
  'transport',
  'format',
  'module',
  'destination',
  'topic',
  'group',
  'partition',
  'offset',
  'envelopeId',
  'state',
  'tries',
  'ms',
  'count',
  'bytes',
  'port',
  'address',
  'status',
  'resourceType',
  'role',
  'sha256',
  'version',
  'signal',
  'kind',
  'event',
  'mode',
  'lag',
  'method',
  'route'
] as const
type AllowedKey = (typeof ALLOWED_KEYS)[number]
export type LogFields = Partial<Record<AllowedKey, string | number | boolean | undefined>>

export interface Logger {
  info(fields: LogFields, message: string): void
  warn(fields: LogFields, message: string): void
  error(fields: LogFields, message: string): void
  debug(fields: LogFields, message: string): void
}

/** Control characters and line separators would let a peer forge log lines. */
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g

/** Messages are literals of ours, never built from input. */
export function createLogger(options: { level?: string; stream?: { write(line: string): void } } = {}): Logger {
  const base = {
    level: options.level ?? 'info',
    base: undefined,
    timestamp: () => `,"time":"${new Date().toISOString()}"`
  }
  const logger = options.stream ? pino(base, options.stream) : pino(base, pino.destination({ dest: 2, sync: false }))
  const at = (level: 'info' | 'warn' | 'error' | 'debug') => (fields: LogFields, message: string) =>
    logger[level](allowed(fields), message)
  return { info: at('info'), warn: at('warn'), error: at('error'), debug: at('debug') }
}

export const silentLogger: Logger = { info() {}, warn() {}, error() {}, debug() {} }

function allowed(fields: LogFields): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  for (const key of ALLOWED_KEYS) {
    const value = fields[key]
    if (typeof value === 'string') out[key] = value.replace(CONTROL, '?').slice(0, 200)
    else if (typeof value === 'number' || typeof value === 'boolean') out[key] = value
  }
  return out
}
