import { seededRandom } from '../../support/seeded-random.ts'
import { simulated } from '../../support/simulated-ecg.ts'

/**
 * One lead of any length, piece by piece: simulated beats at 50 to 110/min with slow wander and noise (mV), the same for
 * the same seed. Nothing of it is kept.
 *
 * @param seconds length of each piece
 */
export function* longEcg({
  rateHz,
  seconds,
  pieces,
  seed = 1001
}: {
  rateHz: number
  seconds: number
  pieces: number
  seed?: number
}): Generator<{ samples: Float64Array; beats: number }> {
  const next = seededRandom(seed)
  for (let piece = 0; piece < pieces; piece++) {
    const rr = 60 / (80 + 30 * Math.sin(piece / 40))
    const at: number[] = []
    for (let t = rr / 2; t < seconds - 0.05; t += rr * (0.97 + 0.06 * next())) at.push(t)
    const samples = simulated(at, seconds, rateHz)
    for (let i = 0; i < samples.length; i++) {
      const wander = 0.3 * Math.sin((2 * Math.PI * 0.25 * i) / rateHz)
      samples[i]! += wander + 0.04 * (next() - 0.5)
    }
    yield { samples, beats: at.length }
  }
}
