import { AppError } from '../../../core/errors/app-error.ts'
import type { ClinicalTime } from '../../../core/time.ts'
import { toInstant } from '../../../dicom/zone.ts'
import { type KeyedFacts, readKeyedLines } from '../../ecg/keyed-lines.ts'

/** What the comment lines before the header say. */
export interface CsvFacts extends KeyedFacts {
  rateHz?: number
  start?: ClinicalTime
  /** One step of each lead, in the unit of its column. */
  resolutions?: number[]
  /** Comment lines that say nothing we know. */
  unknown: number
}

const LINE = /^#\s*(.*?)\s*$/
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
    const content = LINE.exec(text.slice(from, end < 0 ? text.length : end))?.[1]
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
  const numbers = value
    .replace(/\s*Hz$/i, '')
    .split(/\s+/)
    .map(Number)
  if (!numbers.every((number) => number > 0 && Number.isFinite(number))) return undefined
  if (key === 'resolution') return { resolutions: numbers }
  return numbers.length === 1 ? { rateHz: numbers[0] } : undefined
}

const ISO = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?\s*(Z|[+-]\d{2}:?\d{2})?)?$/

/** ISO 8601, with an offset or in the zone of the feed; a date alone has no instant. Undefined when it is none. */
function startOf(text: string, zone: string): ClinicalTime | undefined {
  const match = ISO.exec(text)
  if (!match) return undefined
  const [year, month, day, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map((part) => Number(part ?? 0))
  const calendar = new Date(Date.UTC(year!, month! - 1, day))
  if (calendar.getUTCMonth() !== month! - 1 || calendar.getUTCDate() !== day) return undefined
  if (hour > 23 || minute > 59 || second > 59) return undefined
  if (match[4] === undefined) return { text, precision: 'day' }
  const millisecond = Math.floor(Number(`0.${match[7] ?? '0'}`) * 1000 + 1e-6)
  const local = { year: year!, month: month!, day: day!, hour, minute, second, millisecond }
  const { instant, ambiguous } = toInstant(local, offsetMinutes(match[8]) ?? zone)
  const precision = match[7] ? 'fraction' : match[6] ? 'second' : 'minute'
  return { instant, text, precision, ...(ambiguous ? { ambiguous } : {}) }
}

function offsetMinutes(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (text === 'Z') return 0
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(-2))
  return text.startsWith('-') ? -minutes : minutes
}
