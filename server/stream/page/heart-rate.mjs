/** Bluetooth Heart Rate Service: numbers of the Bluetooth assigned numbers. */
export const HEART_RATE = Object.freeze({ service: 0x180d, measurement: 0x2a37 })

const RATE_IS_16_BIT = 1
const ENERGY_PRESENT = 1 << 3
const RR_PRESENT = 1 << 4

/**
 * Heart Rate Measurement. Heart Rate Service 1.0 section 3.1.1.
 *
 *     u8 flags | u8 or u16 heart rate | u16 energy expended, if flagged | u16 RR intervals in 1/1024 s, if flagged, oldest first
 *
 * @param {DataView} view one notification
 * @returns {{ heartRate: number, intervals: number[] } | undefined} undefined when it ends inside a field
 */
export function readHeartRate(view) {
  if (view.byteLength < 2) return undefined
  const flags = view.getUint8(0)
  const isWide = (flags & RATE_IS_16_BIT) !== 0
  let at = isWide ? 3 : 2
  if (flags & ENERGY_PRESENT) at += 2
  if (at > view.byteLength) return undefined
  const heartRate = isWide ? view.getUint16(1, true) : view.getUint8(1)
  const intervals = []
  if (flags & RR_PRESENT) for (; at + 2 <= view.byteLength; at += 2) intervals.push(view.getUint16(at, true))
  return { heartRate, intervals }
}
