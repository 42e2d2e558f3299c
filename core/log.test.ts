import { createLogger, LOG_FIELDS, type LogFields } from './log.ts'

function sink(level = 'debug') {
  const lines: string[] = []
  const log = createLogger({ level, stream: { write: (line) => void lines.push(line) } })
  return { log, lines, last: () => JSON.parse(lines.at(-1)!) as Record<string, unknown> }
}

describe('the log', () => {
  test('keeps the fields of its list and nothing else, and counts what it dropped', () => {
    const { log, lines, last } = sink()
    const careless = { code: 'INTERNAL', patient: 'Canary', error: new Error('Canary'), envelopeId: 'E1' } as LogFields
    log.warn(careless, 'something')
    expect(Object.keys(last()).sort()).toEqual(['code', 'envelopeId', 'level', 'msg', 'time'])
    expect(lines.join('')).not.toMatch(/Canary/)
    expect(log.droppedFields!()).toBe(2)
  })

  test.each([
    ['an object in place of a text', { code: { name: 'Canary' } }],
    ['a text in place of a number', { count: 'Canary' }],
    ['a list in place of a text', { at: ['Canary'] }],
    ['a field that every object has', JSON.parse('{"__proto__":{"code":"Canary"},"constructor":"Canary"}') as object]
  ])('drops %s', (_, fields) => {
    const { log, lines } = sink()
    log.error(fields as LogFields, 'x')
    expect(lines.join('')).not.toMatch(/Canary/)
    expect(log.droppedFields!()).toBeGreaterThan(0)
  })

  test('an absent value is not a dropped field', () => {
    const { log } = sink()
    log.info({ code: undefined, feed: 'lab' }, 'x')
    expect(log.droppedFields!()).toBe(0)
  })

  test('a level that is off writes nothing', () => {
    const { log, lines } = sink('warn')
    log.info({ feed: 'lab' }, 'x')
    log.debug({ feed: 'lab' }, 'x')
    expect(lines).toEqual([])
  })

  test('one line whatever a text holds, and no longer than 200 characters of it', () => {
    const { log, lines, last } = sink()
    log.info({ at: `a\r\nb\u2028c\u001b[31m${'x'.repeat(500)}` }, 'x')
    expect(
      lines
        .join('')
        .trimEnd()
        .split(/[\n\r\u2028]/)
    ).toHaveLength(1)
    expect(String(last()['at'])).toHaveLength(200)
  })

  test('no name on the list invites a person into the log', () => {
    expect(
      LOG_FIELDS.filter((name) => /patient|name|birth|mrn|identifier|value|text|body|url|query/i.test(name))
    ).toEqual([])
  })
})
