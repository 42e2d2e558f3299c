import { Cursor } from '../cursor.ts'
import { isMeasured } from '../measured.ts'

export interface GlobalMeasurements {
  /** In words, as 'PR Interval = 148 ms'. */
  statements: string[]
  /** Pacemaker spikes were found. */
  isPaced: boolean
}

/** "Not computed" of an axis, degrees. */
const NO_AXIS = 999

/**
 * Section 7, global measurements: averages, and the measurements of the reference beat of type 0. EN 1064 section 5.10.
 *
 * content = number of reference beat types u8 | number of spikes u8 | mean RR, ms u16 | mean PP, ms u16
 *         | beats: P onset, P offset, QRS onset, QRS offset, T offset, ms from the beat's begin, u16 each
 *                  | P axis, QRS axis, T axis, degrees, i16 each
 *         | spikes: time, ms u16 | amplitude, uV i16 || type u8 | source u8 | QRS u8 | width, us u16 ...
 *         | number of QRS u16 | their types u8 each | ventricular rate u16 | atrial rate u16 | QTc, ms u16 | formula u8
 *
 * What is cut off is not stated: writers of version 1 end early.
 */
export function readGlobalMeasurements(content: Uint8Array): GlobalMeasurements {
  const cursor = new Cursor(content, 'section 7')
  if (cursor.remaining < 6) return { statements: [], isPaced: false }
  const beats = cursor.u8()
  const spikes = cursor.u8()
  const statements = [
    ...stated('Mean RR Interval', cursor.u16(), 'ms'),
    ...stated('Mean PP Interval', cursor.u16(), 'ms')
  ]
  if (beats > 0 && cursor.remaining >= BEAT_BYTES) statements.push(...beatStatements(cursor))
  const rest = (beats - 1) * BEAT_BYTES + spikes * (SPIKE_BYTES + SPIKE_INFO_BYTES)
  if (beats > 0 && cursor.remaining >= rest + 2) {
    cursor.take(rest)
    statements.push(...rateStatements(cursor))
  }
  return { statements, isPaced: spikes > 0 }
}

const BEAT_BYTES = 16
const SPIKE_BYTES = 4
const SPIKE_INFO_BYTES = 6
const QTC_FORMULAS = ['', ' (Bazett)', ' (Hodges)']

function beatStatements(cursor: Cursor): string[] {
  const [pOnset, pOffset, qrsOnset, qrsOffset, tOffset] = Array.from({ length: 5 }, () => cursor.u16())
  const axes = ['P', 'QRS', 'T'].flatMap((wave) => {
    const axis = cursor.i16()
    return axis === NO_AXIS ? [] : stated(`${wave} Axis`, axis, 'deg')
  })
  return [
    ...between('P Duration', pOnset!, pOffset!),
    ...between('PR Interval', pOnset!, qrsOnset!),
    ...between('QRS Duration', qrsOnset!, qrsOffset!),
    ...between('QT Interval', qrsOnset!, tOffset!),
    ...axes
  ]
}

function rateStatements(cursor: Cursor): string[] {
  const complexes = cursor.u16()
  if (cursor.remaining < complexes + 7) return []
  cursor.take(complexes)
  const ventricular = cursor.u16()
  const atrial = cursor.u16()
  const qtc = cursor.u16()
  const formula = QTC_FORMULAS[cursor.u8()] ?? ''
  return [
    ...stated('Ventricular Heart Rate', ventricular, '/min'),
    ...stated('Atrial Heart Rate', atrial, '/min'),
    ...stated(`QTc Interval${formula}`, qtc, 'ms')
  ]
}

const between = (name: string, from: number, to: number): string[] =>
  isMeasured(from) && isMeasured(to) && to > from ? stated(name, to - from, 'ms') : []

const stated = (name: string, value: number, unit: string): string[] =>
  isMeasured(value) && !(value === 0 && unit !== 'deg') ? [`${name} = ${value} ${unit}`] : []
