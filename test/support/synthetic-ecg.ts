/** A wave of a synthetic beat that begins and ends exactly where it says. Times in ms from QRS onset, height in mV. */
export interface SyntheticWave {
  kind: 'p' | 'qrs' | 't'
  fromMs: number
  toMs: number
  /** Where it is highest; middle when absent. Only for raised cosines (p and t). */
  peakMs?: number
  mv: number
}

/** Waves of one lead. A QRS wave is half a sine (area 2/pi x height x width), P and T two half raised cosines (half). */
export type SyntheticLead = SyntheticWave[]

/** Value in mV of a wave at a time in ms; 0 outside it. */
export function waveAt(wave: SyntheticWave, ms: number): number {
  if (ms <= wave.fromMs || ms >= wave.toMs) return 0
  if (wave.kind === 'qrs') return wave.mv * Math.sin((Math.PI * (ms - wave.fromMs)) / (wave.toMs - wave.fromMs))
  const peak = wave.peakMs ?? (wave.fromMs + wave.toMs) / 2
  const share = ms < peak ? (ms - wave.fromMs) / (peak - wave.fromMs) : (wave.toMs - ms) / (wave.toMs - peak)
  return wave.mv * (0.5 - 0.5 * Math.cos(Math.PI * share))
}

/** Net area of a lead's waves of one kind, mV.ms: the truth of qrs.area, t.area, p.area. */
export const areaOf = (lead: SyntheticLead, kind: SyntheticWave['kind']): number =>
  lead
    .filter((wave) => wave.kind === kind)
    .reduce((sum, { mv, fromMs, toMs }) => sum + mv * (toMs - fromMs) * (kind === 'qrs' ? 2 / Math.PI : 0.5), 0)

/** A usual complex: P 100 ms wide ending 40 ms before QRS, q 20, r 40, s 30 ms, T from 200 to 380 ms, peak at 310 ms. */
export function usualLead({
  p = 0.12,
  q = -0.08,
  r = 1,
  s = -0.3,
  t = 0.3
}: Partial<Record<'p' | 'q' | 'r' | 's' | 't', number>> = {}): SyntheticLead {
  const waves: SyntheticLead = [
    { kind: 'p', fromMs: -140, toMs: -40, mv: p },
    { kind: 'qrs', fromMs: 0, toMs: 20, mv: q },
    { kind: 'qrs', fromMs: 20, toMs: 60, mv: r },
    { kind: 'qrs', fromMs: 60, toMs: 90, mv: s },
    { kind: 't', fromMs: 200, peakMs: 310, toMs: 380, mv: t }
  ]
  return waves.filter(({ mv }) => mv !== 0)
}

/** QRS onset of each beat, ms. */
export function beatOnsets({
  seconds,
  rrMs,
  firstMs = 500
}: {
  seconds: number
  rrMs: number
  firstMs?: number
}): number[] {
  const onsets: number[] = []
  for (let at = firstMs; at + 500 < seconds * 1000; at += rrMs) onsets.push(at)
  return onsets
}

/** Samples of a lead, Float64Array in mV. `noise` is added to every sample. */
export function synthesize(
  lead: SyntheticLead,
  {
    onsetsMs,
    seconds,
    rateHz,
    noise = () => 0
  }: { onsetsMs: number[]; seconds: number; rateHz: number; noise?: (i: number) => number }
): Float64Array {
  const samples = Float64Array.from({ length: Math.round(seconds * rateHz) }, (_, i) => noise(i))
  for (const onset of onsetsMs) {
    for (const wave of lead) {
      const first = Math.max(0, Math.floor(((onset + wave.fromMs) * rateHz) / 1000))
      const last = Math.min(samples.length - 1, Math.ceil(((onset + wave.toMs) * rateHz) / 1000))
      for (let i = first; i <= last; i++) samples[i]! += waveAt(wave, (i * 1000) / rateHz - onset)
    }
  }
  return samples
}
