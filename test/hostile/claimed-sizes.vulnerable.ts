/** Readers that make room for what a header claims. For claimed-sizes.test.ts only. */

/** An explicit little-endian element: a copy of the value, of the length that stands before it. */
export function allocatingElement(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const value = new Uint8Array(view.getUint32(8, true) % 2 ** 31)
  value.set(bytes.subarray(12, 12 + value.length))
  return value
}

/** One frame: an array of the product of its dimensions, then as much of the data as is there. */
export function allocatingFrame({
  rows,
  columns,
  data
}: {
  rows: number
  columns: number
  data: Uint8Array
}): Uint16Array {
  const values = new Uint16Array(rows * columns)
  for (let i = 0; i < values.length && 2 * i + 1 < data.length; i++) values[i] = data[2 * i]! + 256 * data[2 * i + 1]!
  return values
}
