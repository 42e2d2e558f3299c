import { createLogger, LOG_FIELDS, type LogFields } from './log.ts'
import { pastingLogger } from './log.vulnerable.ts'

/** What a peer may put into a text so that a line of the log becomes two, or is read as another (hardening A2-23). */
const HOSTILE: Record<string, string> = {
  CR: '\r',
  LF: '\n',
  'CR LF and a forged line': '\r\n{"level":30,"msg":"all is well"}\r\n',
  NUL: '\u0000',
  'ANSI, colour': '\u001b[31m',
  'ANSI, clear the screen': '\u001b[2J\u001b[H',
  'ANSI, title of the terminal': '\u001b]0;x\u0007',
  'C1, one-byte CSI': '\u009b31m',
  'next line': '\u0085',
  'line separator': '\u2028',
  'paragraph separator': '\u2029',
  'vertical tab and form feed': '\u000b\u000c',
  backspace: 'ok\b\b\b',
  'right to left': '\u202e\u2066',
  'zero width': '\u200b\ufeff',
  'quotes and backslashes': '","level":60,"x":"\\',
  'a lone surrogate': '\ud800'
}
/** What ends a line or commands a terminal, for any reader of the log. */
const FORGING = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/

/** The faults of one line: none when it is one line of JSON with the fields that went in and nothing that forges. */
function faults(line: string): string[] {
  const found: string[] = []
  if (line.indexOf('\n') !== line.length - 1) found.push('lines')
  if (FORGING.test(line)) found.push('control')
  try {
    if ((JSON.parse(line) as { level?: unknown }).level !== 40) found.push('level')
  } catch {
    found.push('json')
  }
  return found
}

describe.each(Object.entries(HOSTILE))('%s', (_what, hostile) => {
  test('in any field makes one line of JSON', () => {
    const lines: string[] = []
    const log = createLogger({ level: 'trace', stream: { write: (line) => void lines.push(line) } })
    for (const field of LOG_FIELDS) {
      log.warn({ [field]: `before${hostile}after` } as LogFields, 'something')
      log.warn({ [`x${hostile}`]: hostile, code: hostile.repeat(300) } as LogFields, 'something')
    }
    expect(lines).toHaveLength(LOG_FIELDS.length * 2)
    expect(lines.flatMap(faults)).toEqual([])
  })

  test('is seen in a logger that pastes', () => {
    const lines: string[] = []
    pastingLogger((line) => void lines.push(line)).warn({ level: 40, code: `before${hostile}after` }, 'something')
    // Its level is a text; a surrogate alone forges nothing.
    expect(faults(lines[0]!).length).toBeGreaterThan(0)
  })
})
