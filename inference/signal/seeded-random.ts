/**
 * Uniform numbers in [0, 1) from a seed: mulberry32 (Ettinger 2017), 32 bits of state, enough for draws and noise, not for
 * secrets.
 *
 * @example seededRandom(3003)() // 0.07138528674840927
 */
export function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
