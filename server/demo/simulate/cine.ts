import { normal, seeded } from './random.ts'

export interface CinePhantom {
  seed: number
  slices: number
  phases: number
  /** Rows = columns. */
  size: number
}

export interface PhantomFrame {
  slice: number
  phase: number
  pixels: Uint16Array
}

/** A beating ring in a body: a simulated short-axis cine stack, size x size pixels a frame. It is nobody's heart. */
export function simulateCine({ seed, slices, phases, size }: CinePhantom): PhantomFrame[] {
  const gauss = normal(seeded(seed))
  const frames: PhantomFrame[] = []
  for (let slice = 0; slice < slices; slice++) {
    for (let phase = 0; phase < phases; phase++) {
      const contraction = 0.5 - 0.5 * Math.cos((2 * Math.PI * phase) / phases)
      const cavity = size * (0.16 - 0.02 * slice) * (1 - 0.35 * contraction)
      const wall = size * 0.07 * (1 + 0.4 * contraction)
      const pixels = new Uint16Array(size * size)
      for (let y = 0; y < size; y++) {
        for (let x = 0; x < size; x++) {
          const r = Math.hypot(x - size / 2, y - size / 2)
          const body = Math.hypot((x - size / 2) / 1.1, y - size / 2) < size * 0.47
          const value = r < cavity ? 900 : r < cavity + wall ? 260 : body ? 430 : 20
          pixels[y * size + x] = Math.max(0, Math.round(value + 12 * gauss()))
        }
      }
      frames.push({ slice, phase, pixels })
    }
  }
  return frames
}
