import { Cursor } from '../cursor.ts'
import { leadOfCode } from '../lead-codes.ts'
import { isMeasured } from '../measured.ts'

/** Measurements of a lead in the order in which they stand: EN 1064 section 5.13.4. Those without a unit are codes. */
const MEASUREMENTS: readonly (readonly [name: string, unit: string])[] = [
  ['P Duration', 'ms'],
  ['PR Interval', 'ms'],
  ['QRS Duration', 'ms'],
  ['QT Interval', 'ms'],
  ['Q Duration', 'ms'],
  ['R Duration', 'ms'],
  ['S Duration', 'ms'],
  ["R' Duration", 'ms'],
  ["S' Duration", 'ms'],
  ['Q Amplitude', 'uV'],
  ['R Amplitude', 'uV'],
  ['S Amplitude', 'uV'],
  ["R' Amplitude", 'uV'],
  ["S' Amplitude", 'uV'],
  ['J Amplitude', 'uV'],
  ['P+ Amplitude', 'uV'],
  ['P- Amplitude', 'uV'],
  ['T+ Amplitude', 'uV'],
  ['T- Amplitude', 'uV'],
  ['ST Slope', 'uV/s'],
  ['P Morphology', ''],
  ['T Morphology', ''],
  ['Isoelectric Segment at QRS Onset', 'ms'],
  ['Isoelectric Segment at QRS Offset', 'ms'],
  ['Intrinsicoid Deflection', 'ms'],
  ['Quality', ''],
  ['ST Amplitude J+20 ms', 'uV'],
  ['ST Amplitude J+60 ms', 'uV'],
  ['ST Amplitude J+80 ms', 'uV'],
  ['ST Amplitude J+RR/16', 'uV'],
  ['ST Amplitude J+RR/8', 'uV']
]

/** The table of lead codes ends below this. */
const MAX_LEADS = 255

/**
 * Section 10, measurements of each lead, as one statement a lead: 'V1: P Duration = 96 ms, R Amplitude = 310 uV'.
 *
 * content = number of leads u16 | manufacturer's u16 | leads: lead code u16 | number of bytes u16 | values i16 each
 *
 * @throws AppError DECODE_FAILED (truncated), LEAD_UNKNOWN
 */
export function readLeadMeasurements(content: Uint8Array): string[] {
  const cursor = new Cursor(content, 'section 10')
  const count = Math.min(cursor.u16(), MAX_LEADS)
  cursor.u16()
  return Array.from({ length: count }, (_, index) => {
    const { name } = leadOfCode(cursor.u16(), index + 1)
    const values = new Cursor(cursor.take(cursor.u16()), 'section 10')
    const stated = MEASUREMENTS.flatMap(([measurement, unit]) => {
      if (values.remaining < 2) return []
      const value = values.i16()
      return unit && isMeasured(value) && value !== 0 ? [`${measurement} = ${value} ${unit}`] : []
    })
    return stated.length > 0 ? `${name}: ${stated.join(', ')}` : ''
  }).filter(Boolean)
}
