/** Readers that go as deep and as wide as the input says. For depth-and-width.test.ts only. */

export function walking(text: string): unknown {
  const count = (value: unknown): number =>
    typeof value === 'object' && value !== null
      ? Object.values(value).reduce<number>((sum, child) => sum + count(child), 1)
      : 1
  return count(JSON.parse(text))
}

/** Explicit VR sequences of undefined length, one call a level. */
export function nestedItems(bytes: Uint8Array, at = 0): number {
  return at >= bytes.length ? at : nestedItems(bytes, at + 20)
}

export const splitting = (bytes: Uint8Array): unknown =>
  Buffer.from(bytes)
    .toString('utf8')
    .split('\r')
    .map((line) => line.split('|').map((field) => field.split('~')))
