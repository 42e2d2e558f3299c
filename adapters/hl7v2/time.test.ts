import { dtmOffset, formatDtm, parseDtm } from './time.ts'

const berlin = { zone: 'Europe/Berlin' }

test.each([
  ['20260131120000+0100', '2026-01-31T11:00:00.000Z', 'second'],
  ['20260131120000-0330', '2026-01-31T15:30:00.000Z', 'second'],
  ['202601311200+0000', '2026-01-31T12:00:00.000Z', 'minute'],
  ['20260131120000.1234+0000', '2026-01-31T12:00:00.123Z', 'fraction'],
  ['20240229000000+0000', '2024-02-29T00:00:00.000Z', 'second']
] as const)('places %s by its own offset', (text, instant, precision) => {
  expect(parseDtm(text, { ...berlin, messageOffset: '-0500' })).toEqual({ text, instant, precision })
})

test('takes the offset of MSH-7 before the zone of the feed', () => {
  const text = '20260701120000'
  expect(parseDtm(text, { ...berlin, messageOffset: '-0500' })?.instant).toBe('2026-07-01T17:00:00.000Z')
  expect(parseDtm(text, berlin)?.instant).toBe('2026-07-01T10:00:00.000Z')
  expect(dtmOffset('20260131235900+0100')).toBe('+0100')
  expect(dtmOffset('20260131235900')).toBeUndefined()
})

// Clock changes of 2026 by the IANA rules EU (25 October 01:00 UTC), US (1 November 02:00 local), Lord Howe (30 min, 5 April).
test.each([
  ['Europe/Berlin', '20261025023000', '2026-10-25T00:30:00.000Z'],
  ['America/New_York', '20261101013000', '2026-11-01T05:30:00.000Z'],
  ['Australia/Lord_Howe', '20260405014500', '2026-04-04T14:45:00.000Z']
])('marks the repeated hour in %s and takes the earlier reading', (zone, text, instant) => {
  expect(parseDtm(text, { zone })).toEqual({ text, instant, precision: 'second', ambiguous: true })
})

test('marks an hour that daylight saving leaves out', () => {
  expect(parseDtm('20260329023000', berlin)).toMatchObject({ ambiguous: true })
})

test.each([
  ['Europe/Berlin', '20261025015959', '2026-10-24T23:59:59.000Z'],
  ['Europe/Berlin', '20261025030000', '2026-10-25T02:00:00.000Z'],
  ['Europe/Berlin', '20260329030000', '2026-03-29T01:00:00.000Z'],
  ['Asia/Kolkata', '20260601000000', '2026-05-31T18:30:00.000Z'],
  ['America/St_Johns', '20260101000000', '2026-01-01T03:30:00.000Z']
])('does not mark the hours beside it: %s %s', (zone, text, instant) => {
  expect(parseDtm(text, { zone })).toEqual({ text, instant, precision: 'second' })
})

test.each([
  ['2026', 'year'],
  ['202601', 'month'],
  ['20260131', 'day'],
  ['20260131+0100', 'day'],
  ['2026013112', 'day']
] as const)('never makes an instant of %s', (text, precision) => {
  expect(parseDtm(text, berlin)).toEqual({ text, precision })
})

test.each(['', '""', '20260230', '20250229120000', '20261301', '2026013124', '202601311260', '20260131120060'])(
  'has no time for %j',
  (text) => {
    expect(parseDtm(text, berlin)).toBeUndefined()
  }
)

test.each(['2026-01-31', 'yesterday', '20260131120000+9900', '20260131120000 +0100', '00000101'])(
  'has no time for %j',
  (text) => {
    expect(parseDtm(text, berlin)).toBeUndefined()
  }
)

test('writes the offset of the zone and never shortens', () => {
  const summer = new Date('2026-06-01T10:00:00.000Z')
  expect(formatDtm(summer, 'Europe/Berlin')).toBe('20260601120000+0200')
  expect(formatDtm(summer, 'America/St_Johns', 'minute')).toBe('202606010730-0230')
  expect(formatDtm(summer, 'UTC', 'fraction')).toBe('20260601100000.000+0000')
  expect(formatDtm(new Date('2026-12-31T23:30:00Z'), 'Asia/Tokyo', 'day')).toBe('20270101')
})

test('reads back what it writes in every zone, whatever the clock of the machine', () => {
  for (const zone of ['Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Chatham']) {
    for (let hour = 0; hour < 24 * 365; hour += 13) {
      const date = new Date(Date.UTC(2026, 0, 1, hour))
      expect(parseDtm(formatDtm(date, zone), { zone: 'UTC' })?.instant).toBe(date.toISOString())
    }
  }
})

test('refuses a zone that nobody knows as a fault of the configuration', () => {
  expect(() => parseDtm('20260131120000', { zone: 'Mars/Olympus' })).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', at: 'zone' })
  )
})
