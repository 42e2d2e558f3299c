/** How a device that follows no public profile lays out its samples: what its maker says, filled in by whoever tries it. */
const READERS = {
  int16le: { bytes: 2, read: (view, at) => view.getInt16(at, true) },
  int16be: { bytes: 2, read: (view, at) => view.getInt16(at, false) },
  int24le: { bytes: 3, read: (view, at) => view.getUint16(at, true) | (view.getInt8(at + 2) << 16) },
  int32le: { bytes: 4, read: (view, at) => view.getInt32(at, true) },
  float32le: { bytes: 4, read: (view, at) => view.getFloat32(at, true) }
}

/**
 * One notification: `skip` bytes of the maker's, then samples.
 *
 * @param {DataView} view
 * @param {{ format: string, skip: number, unitUv: number }} layout
 * @returns {Float64Array | undefined} microvolts; undefined when the bytes do not fit the layout
 */
export function readGenericEcg(view, { format, skip, unitUv }) {
  const reader = Object.hasOwn(READERS, format) ? READERS[format] : undefined
  const size = view.byteLength - skip
  if (!reader || size < reader.bytes || size % reader.bytes !== 0) return undefined
  return Float64Array.from(
    { length: size / reader.bytes },
    (_, i) => reader.read(view, skip + i * reader.bytes) * unitUv
  )
}

/** A UUID as Web Bluetooth takes it: four or eight hex digits as a number, a whole one in lower case; else undefined. */
export function readUuid(text) {
  const trimmed = text.trim().toLowerCase()
  if (/^(0x)?[0-9a-f]{4}([0-9a-f]{4})?$/.test(trimmed)) return Number.parseInt(trimmed.replace('0x', ''), 16)
  return /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/.test(trimmed) ? trimmed : undefined
}
