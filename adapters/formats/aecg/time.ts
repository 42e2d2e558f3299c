import type { ClinicalTime } from '../../../core/time.ts'
import { attributeOf, elementAt, numberOf, type XmlElement } from '../../ecg/xml/element.ts'
import { parseDtm } from '../../hl7v2/time.ts'

/** Reads a TS literal, YYYYMMDDHHMMSS.UUUU[+|-ZZzz]; without an offset in the feed's zone. */
export type AecgClock = (text: string | undefined) => ClinicalTime | undefined

/**
 * TS of HL7 v3 data types release 1 has the form of a version 2 DTM; a fraction of more than six digits is cut, since
 * nothing finer than a millisecond is kept.
 */
export function aecgClock(zone: string): AecgClock {
  return (text) => {
    const trimmed = text?.trim() ?? ''
    const time = parseDtm(trimmed.replace(/^(\d{14}\.\d{6})\d{1,12}(?=$|[+-])/, '$1'), { zone })
    return time && { ...time, text: trimmed }
  }
}

/** Start of an IVL<TS>: `low`, else `center`, else a point in time; `high` alone says when it was over, not when it began. */
export const startOf = (effectiveTime: XmlElement | undefined, clock: AecgClock): ClinicalTime | undefined =>
  clock(attributeOf(elementAt(effectiveTime, 'low'), 'value')) ??
  clock(attributeOf(elementAt(effectiveTime, 'center'), 'value')) ??
  clock(attributeOf(effectiveTime, 'value'))

const SECONDS: Readonly<Record<string, number>> = { s: 1, ms: 1e-3, us: 1e-6, ns: 1e-9, min: 60, h: 3600 }

/** A PQ of time in seconds; undefined when it is no number or has no unit of time. */
export function secondsOf(quantity: XmlElement | undefined): number | undefined {
  const value = numberOf(attributeOf(quantity, 'value'))
  const unit = attributeOf(quantity, 'unit') ?? ''
  const seconds = Object.hasOwn(SECONDS, unit) ? SECONDS[unit] : undefined
  return value === undefined || seconds === undefined ? undefined : unit === 'ms' ? value / 1000 : value * seconds
}
