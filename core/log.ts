import { pino } from 'pino'

/**
 * Logging is an allow-list: only these fields, with values of these types, ever reach a line. Anything else that is handed
 * in is dropped and counted, so a name or an MRN cannot slip in with an object (guarantee 7). What the fields mean stands
 * in docs/operations.md.
 */
const FIELDS = {
  code: 'string',
  reason: 'string',
  at: 'string',
  feed: 'string',
  transport: 'string',
  format: 'string',
  module: 'string',
  destination: 'string',
  topic: 'string',
  group: 'string',
  partition: 'number',
  offset: 'number',
  envelopeId: 'string',
  state: 'string',
  tries: 'number',
  ms: 'number',
  count: 'number',
  bytes: 'number',
  port: 'number',
  address: 'string',
  status: 'number',
  resourceType: 'string',
  role: 'string',
  sha256: 'string',
  version: 'string',
  signal: 'string',
  kind: 'string',
  event: 'string',
  mode: 'string',
  lag: 'number',
  method: 'string',
  route: 'string',
  client: 'string',
  on: 'boolean'
} as const
type Field = keyof typeof FIELDS
type ValueOf = { string: string; number: number; boolean: boolean }
export type LogFields = { [Name in Field]?: ValueOf[(typeof FIELDS)[Name]] | undefined }

/** Names of the fields that may stand in a line, besides level, time and msg. */
export const LOG_FIELDS = Object.keys(FIELDS) as readonly Field[]

const LEVELS = ['info', 'warn', 'error', 'debug'] as const
/** Longer texts are cut: none of ours is, and what a peer may have put into one has no room. */
const MAX_TEXT = 200

export interface Logger {
  info(fields: LogFields, message: string): void
  warn(fields: LogFields, message: string): void
  error(fields: LogFields, message: string): void
  debug(fields: LogFields, message: string): void
  /** How many fields were handed in that are not on the list, or not of its type. */
  droppedFields?(): number
}

/**
 * Control characters and line separators would let a peer forge log lines, or drive the terminal of who reads them; marks of
 * direction let a line read otherwise than it is.
 */
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g

/** Messages are literals of ours, never built from input. */
export function createLogger(options: { level?: string; stream?: { write(line: string): void } } = {}): Logger {
  const base = {
    level: options.level ?? 'info',
    base: undefined,
    timestamp: () => `,"time":"${new Date().toISOString()}"`
  }
  const logger = options.stream ? pino(base, options.stream) : pino(base, pino.destination({ dest: 2, sync: false }))
  let dropped = 0
  const at = (level: (typeof LEVELS)[number]) => (fields: LogFields, message: string) => {
    // A line that nobody wants costs nothing on the way of a message.
    if (!logger.isLevelEnabled(level)) return
    const { kept, refused } = allowed(fields)
    dropped += refused
    logger[level](kept, message)
  }
  return {
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    debug: at('debug'),
    droppedFields: () => dropped
  }
}

export const silentLogger: Logger = { info() {}, warn() {}, error() {}, debug() {} }

function allowed(fields: LogFields): { kept: Record<string, unknown>; refused: number } {
  const kept: Record<string, unknown> = {}
  let refused = 0
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue
    const type = Object.hasOwn(FIELDS, name) ? FIELDS[name as Field] : undefined
    if (type === undefined || typeof value !== type) refused++
    else kept[name] = typeof value === 'string' ? value.replace(CONTROL, '?').slice(0, MAX_TEXT) : value
  }
  return { kept, refused }
}
