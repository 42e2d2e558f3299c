/**
 * Buffers inside a value that may be handed over to another thread instead of copied: each whole behind one view. A view
 * into a larger buffer (Node's pool, the envelope's own bytes) is left out and cloned, since others may still use it.
 */
export function transferables(value: unknown): ArrayBuffer[] {
  const found = new Set<ArrayBuffer>()
  const seen = new Set<object>()
  const open: unknown[] = [value]
  while (open.length > 0) {
    const item = open.pop()
    if (typeof item !== 'object' || item === null || seen.has(item)) continue
    seen.add(item)
    if (ArrayBuffer.isView(item)) {
      const { buffer } = item
      if (buffer instanceof ArrayBuffer && item.byteLength === buffer.byteLength) found.add(buffer)
    } else for (const inner of Object.values(item)) open.push(inner)
  }
  return [...found]
}
