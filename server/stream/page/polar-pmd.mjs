/**
 * Polar's measurement data service, from its public description (Polar BLE SDK, technical documentation, "Polar Measurement Data
 * Specification"): a control point that starts a stream and a characteristic that notifies it.
 */
export const PMD = Object.freeze({
  service: 'fb005c80-02e7-f387-1cad-8acd2d8df0c8',
  control: 'fb005c81-02e7-f387-1cad-8acd2d8df0c8',
  data: 'fb005c82-02e7-f387-1cad-8acd2d8df0c8'
})

/** The only rate that its ECG stream has. */
export const PMD_RATE_HZ = 130

/** Start (2) the measurement ECG (0): setting 0 sample rate, one value, 130 Hz; setting 1 resolution, one value, 14 bit. */
export const START_ECG = Uint8Array.of(0x02, 0x00, 0x00, 0x01, 0x82, 0x00, 0x01, 0x01, 0x0e, 0x00)
/** Stop (3) the measurement ECG (0). */
export const STOP_ECG = Uint8Array.of(0x03, 0x00)

const ECG = 0
const HEAD_BYTES = 10
const SAMPLE_BYTES = 3

/**
 * One notification of the ECG stream.
 *
 *     u8 measurement = 0 | u64 time of the last sample, ns | u8 frame type = 0 | int24 LE microvolts ...
 *
 * @param {DataView} view
 * @returns {{ lastSampleNs: bigint, microvolts: Int32Array } | undefined} undefined for anything else
 */
export function readPmdEcg(view) {
  const size = view.byteLength - HEAD_BYTES
  if (size < SAMPLE_BYTES || size % SAMPLE_BYTES !== 0) return undefined
  if (view.getUint8(0) !== ECG || view.getUint8(9) !== 0) return undefined
  const microvolts = new Int32Array(size / SAMPLE_BYTES)
  for (let i = 0; i < microvolts.length; i++) {
    const at = HEAD_BYTES + i * SAMPLE_BYTES
    microvolts[i] = view.getUint16(at, true) | (view.getInt8(at + 2) << 16)
  }
  return { lastSampleNs: view.getBigUint64(1, true), microvolts }
}

/**
 * Samples that were lost between two notifications, by their times.
 *
 * @param {bigint | undefined} before time of the last sample of the one before
 * @param {{ lastSampleNs: bigint, microvolts: { length: number } }} now
 */
export function lostBetween(before, { lastSampleNs, microvolts }) {
  if (before === undefined || lastSampleNs <= before) return 0
  const passed = (Number(lastSampleNs - before) / 1e9) * PMD_RATE_HZ
  // Its clock is a quartz of its own: less than half a notification is no loss.
  const lost = Math.round(passed - microvolts.length)
  return lost > microvolts.length / 2 ? lost : 0
}
