import { parseDateAndTime, parseDateTime } from './time.ts'

const AT = '(0008,002A)'

describe('DICOM times', () => {
  // Instants by hand from the tz database: Berlin +1 in winter, +2 in summer; New York -5 in winter; Kathmandu +5:45.
  test.each([
    ['20260115083000', 'Europe/Berlin', undefined, '2026-01-15T07:30:00.000Z', 'second'],
    ['20260715083000.25', 'Europe/Berlin', undefined, '2026-07-15T06:30:00.250Z', 'fraction'],
    ['202601150830', 'America/New_York', undefined, '2026-01-15T13:30:00.000Z', 'minute'],
    ['20260115083000', 'Asia/Kathmandu', undefined, '2026-01-15T02:45:00.000Z', 'second'],
    ['20260115083000', 'Europe/Berlin', '-0300', '2026-01-15T11:30:00.000Z', 'second'],
    ['20260115083000+0930', 'Europe/Berlin', '-0300', '2026-01-14T23:00:00.000Z', 'second']
  ])('%s in %s with offset %s is %s', (text, zone, offset, instant, precision) => {
    expect(parseDateTime(text, { zone, offset }, AT)).toEqual({ instant, text, precision })
  })

  test('marks the hour that daylight saving repeats and moves on over the hour that it leaves out', () => {
    expect(parseDateTime('20261025023000', { zone: 'Europe/Berlin' }, AT)).toMatchObject({
      instant: '2026-10-25T00:30:00.000Z',
      ambiguous: true
    })
    const skipped = parseDateTime('20260329023000', { zone: 'Europe/Berlin' }, AT)
    expect(skipped).toMatchObject({ instant: '2026-03-29T01:30:00.000Z' })
    expect(skipped.ambiguous).toBeUndefined()
  })

  test('never makes midnight of a date alone', () => {
    expect(parseDateAndTime('20260115', undefined, { zone: 'UTC' }, AT)).toEqual({ text: '20260115', precision: 'day' })
    expect(parseDateAndTime('2026.01.15', '08:30', { zone: 'UTC' }, AT).instant).toBe('2026-01-15T08:30:00.000Z')
  })

  test.each(['20260230', '202601152500', '20261301', 'yesterday', '20260115083000+9900'])('refuses %s', (text) => {
    expect(() => parseDateTime(text, { zone: 'UTC' }, AT)).toThrow(
      expect.objectContaining({ code: 'DICOM_ATTRIBUTE_VALUE' })
    )
  })
})
