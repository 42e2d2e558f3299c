import { AppError } from '../../../core/errors/app-error.ts'
import type { ClinicalTime } from '../../../core/time.ts'
import { type KeyedFacts, readKeyedLines } from '../../ecg/keyed-lines.ts'
import { localTime } from '../../ecg/local-time.ts'

/** What the comment lines before the header say. */
export interface CsvFacts extends KeyedFacts {
  rateHz?: number
  start?: ClinicalTime
  /** One step of each lead, in the unit of its column. */
  resolutions?: number[]
  /** Comment lines that say nothing we know. */
  unknown: number
}

const PAIR = /^(rateHz|start|resolution)\s*[=:]\s*(.*)$/i

/**
 * Comment lines `# key: value` (or `key=value`) before the header row: rateHz, start, resolution, and those of
 * adapters/ecg/keyed-lines.ts.
 *
 * @param zone of the feed, for a start without offset
 * @returns also the text from the header row on
 * @throws AppError DECODE_FAILED reason `comment` with the number of the line, when a known key has no such value
 */
export function readComments(text: string, zone: string): { facts: CsvFacts; table: string } {
  const keyed: string[] = []
  const own: Pick<CsvFacts, 'rateHz' | 'start' | 'resolutions'> = {}
  let from = 0
  for (let line = 1; text[from] === '#' || text[from] === '\n' || text[from] === '\r'; line++) {
    const end = text.indexOf('\n', from)
    const content = text[from] === '#' ? text.slice(from + 1, end < 0 ? text.length : end).trim() : undefined
    from = end < 0 ? text.length : end + 1
    const [, key = '', value = ''] = PAIR.exec(content ?? '') ?? []
    if (key === '') {
      if (content) keyed.push(content)
      continue
    }
    const read = readOwn(key.toLowerCase(), value, zone)
    if (!read) throw new AppError('DECODE_FAILED', { reason: 'comment', at: `line ${line}` })
    Object.assign(own, read)
  }
  const { facts, others } = readKeyedLines(keyed)
  return { facts: { ...facts, ...own, unknown: others.length }, table: text.slice(from) }
}

function readOwn(key: string, value: string, zone: string): Partial<CsvFacts> | undefined {
  if (key === 'start') {
    const start = startOf(value, zone)
    return start && { start }
  }
  const bare = /Hz$/i.test(value) ? value.slice(0, -2).trimEnd() : value
  const numbers = bare.split(/\s+/).map(Number)
  if (!numbers.every((number) => number > 0 && Number.isFinite(number))) return undefined
  if (key === 'resolution') return { resolutions: numbers }
  return numbers.length === 1 ? { rateHz: numbers[0] } : undefined
}

const ISO = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)(Z|[+-]\d{2}:\d{2})?)?$/

/** ISO 8601, with an offset or in the zone of the feed; a date alone has no instant. Undefined when it is none. */
function startOf(text: string, zone: string): ClinicalTime | undefined {
  const [, year, month, day, clock, offset] = ISO.exec(text) ?? []
  if (!year || !month || !day) return undefined
  const local = localTime({ year, month, day }, clock, offset ? 'UTC' : zone)
  if (!local || (clock && !local.instant)) return undefined
  if (!offset || !local.instant) return { ...local, text }
  const instant = Date.parse(local.instant) - offsetMinutes(offset) * 60_000
  return { ...local, instant: new Date(instant).toISOString(), text }
}

function offsetMinutes(text: string): number {
  if (text === 'Z') return 0
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(-2))
  return text.startsWith('-') ? -minutes : minutes
}
