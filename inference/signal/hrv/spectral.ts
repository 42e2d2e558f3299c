import { lombScargle } from './lomb.ts'
import { intervals, type NnRun, type NnSeries, spanS } from './nn-series.ts'
import { TACHOGRAM_HZ, tachogram } from './tachogram.ts'
import { powerBetween, type Spectrum, welch } from './welch.ts'

/** Bands in Hz; Task Force 1996 (Circulation 93:1043), table 2; VHF as in later literature. */
export const BANDS = {
  ulf: [0, 0.003],
  vlf: [0.003, 0.04],
  lf: [0.04, 0.15],
  hf: [0.15, 0.4],
  vhf: [0.4, 0.5]
} as const

export const SPECTRAL_LEAST = { seconds: 300, beats: 200 }
export const ULF_LEAST = { seconds: 72_000 }
/** Part of a window that NN intervals must cover for the periodogram of uneven values. */
const LEAST_COVER = 0.8
/** Bins over which intervals are averaged for ULF, s: short against the 333 s of its fastest wave. */
const ULF_BIN_S = 10

export interface SpectralPowers {
  /** 'welch': windows inside unbroken runs; 'lomb': five-minute windows with beats left out. */
  method: 'welch' | 'lomb'
  /** Windows averaged. */
  windows: number
  /** ms2; ULF only from 20 h on. */
  ulf?: number
  vlf: number
  lf: number
  hf: number
  vhf: number
  /** Up to 0.4 Hz, with ULF where it is given. */
  total: number
  lfHf: number
  /** 100 LF / (LF + HF) and 100 HF / (LF + HF). */
  lfNu: number
  hfNu: number
}

/**
 * Powers of the NN intervals by frequency. Task Force 1996, frequency domain methods.
 *
 * An unbroken run of five minutes is sampled evenly at 4 Hz (cubic spline) and goes through Welch's method in windows of
 * `windowS`. Where ectopic beats leave no such run, the five-minute windows that NN intervals cover by four fifths go
 * through the Lomb-Scargle periodogram, which needs no even sampling: a left-out beat is never invented.
 * Deviation: normalised units are over LF + HF, which equals the Task Force's total - VLF when there is little above 0.4 Hz.
 *
 * @returns undefined under five minutes or 200 beats of NN intervals
 */
export function spectralPowers(nn: NnSeries, { windowS = 300 }: { windowS?: number } = {}): SpectralPowers | undefined {
  if (spanS(nn) < SPECTRAL_LEAST.seconds - 2 || intervals(nn).length < SPECTRAL_LEAST.beats) return undefined
  const even = nn.map(({ rr }) => tachogram(rr)).filter(({ length }) => length >= (windowS - 2) * TACHOGRAM_HZ)
  // A recording of exactly five minutes holds a little less than five minutes of intervals.
  const segment = Math.min(windowS * TACHOGRAM_HZ, ...even.map(({ length }) => length))
  const whole = welch(even, { rateHz: TACHOGRAM_HZ, segment })
  const found = whole
    ? {
        spectrum: whole,
        method: 'welch' as const,
        windows: even.reduce((n, { length }) => n + windowsIn(length, segment), 0)
      }
    : unevenSpectrum(nn)
  if (!found) return undefined
  const { spectrum, method, windows } = found
  const power = (band: keyof typeof BANDS): number => powerBetween(spectrum, BANDS[band][0], BANDS[band][1])
  const ulf = ulfPower(nn)
  const [vlf, lf, hf, vhf] = [power('vlf'), power('lf'), power('hf'), power('vhf')]
  return {
    method,
    windows,
    ...(ulf === undefined ? {} : { ulf }),
    vlf,
    lf,
    hf,
    vhf,
    total: (ulf ?? 0) + vlf + lf + hf,
    lfHf: lf / hf,
    lfNu: (100 * lf) / (lf + hf),
    hfNu: (100 * hf) / (lf + hf)
  }
}

const windowsIn = (length: number, segment: number): number => Math.floor((length - segment) / (segment >> 1)) + 1

/** Mean Lomb-Scargle spectrum of the five-minute windows that are covered well enough. */
function unevenSpectrum(nn: NnSeries): { spectrum: Spectrum; method: 'lomb'; windows: number } | undefined {
  const spanOf = SPECTRAL_LEAST.seconds
  const windows = new Map<number, { times: number[]; values: number[] }>()
  const origin = nn[0]!.fromS
  eachInterval(nn, (endS, rr) => {
    const window = Math.floor((endS - origin) / spanOf)
    const held = windows.get(window) ?? { times: [], values: [] }
    held.times.push(endS)
    held.values.push(rr)
    windows.set(window, held)
  })
  const spectra = [...windows.values()]
    .filter(({ values }) => values.reduce((a, b) => a + b, 0) / 1000 >= LEAST_COVER * spanOf)
    .map(({ times, values }) =>
      lombScargle(Float64Array.from(times), Float64Array.from(values), { spanS: spanOf, toHz: BANDS.vhf[1] })
    )
  const first = spectra[0]
  if (!first) return undefined
  const density = first.density.map((_, k) => spectra.reduce((sum, one) => sum + one.density[k]!, 0) / spectra.length)
  return { spectrum: { density, stepHz: first.stepHz }, method: 'lomb', windows: spectra.length }
}

/** Power of the swings slower than 333 s, from means over 10 s; undefined under 20 h. */
function ulfPower(nn: NnSeries): number | undefined {
  const span = spanS(nn)
  if (span < ULF_LEAST.seconds) return undefined
  const bins = new Map<number, { sum: number; n: number }>()
  eachInterval(nn, (endS, rr) => {
    const bin = bins.get(Math.floor(endS / ULF_BIN_S)) ?? { sum: 0, n: 0 }
    bin.sum += rr
    bin.n++
    bins.set(Math.floor(endS / ULF_BIN_S), bin)
  })
  const order = [...bins.keys()].sort((a, b) => a - b)
  const spectrum = lombScargle(
    Float64Array.from(order, (bin) => (bin + 0.5) * ULF_BIN_S),
    Float64Array.from(order, (bin) => bins.get(bin)!.sum / bins.get(bin)!.n),
    { spanS: span, toHz: BANDS.ulf[1] }
  )
  return powerBetween(spectrum, BANDS.ulf[0], BANDS.ulf[1])
}

function eachInterval(nn: NnSeries, visit: (endS: number, rr: number, run: NnRun) => void): void {
  for (const run of nn) {
    let end = run.fromS
    for (const rr of run.rr) {
      end += rr / 1000
      visit(end, rr, run)
    }
  }
}
