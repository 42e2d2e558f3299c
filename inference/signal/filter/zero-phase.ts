import { overFiniteRuns } from './finite-runs.ts'
import { runSections, type Section } from './sections.ts'

/**
 * Forward and backward through the sections, so that nothing is shifted in time and the attenuation counts twice
 * (Gustafsson 1996 section I). The ends are prolonged by their odd image, 2 x[0] - x[i], over three filter lengths, and
 * each pass starts as if its first sample had been there for ever: what scipy.signal.sosfiltfilt does by default.
 * Missing samples stay missing, and what lies between them is filtered on its own.
 *
 * @param samples Float64Array, any unit; NaN where missing
 * @param options pad: samples of prolongation, at most one less than there are
 * @returns Float64Array of the same length
 * @example filterZeroPhase(butterworth(2, { lowHz: 0.5, highHz: 40 }, 500), new Float64Array(5000).fill(3))[0] // 0 to 1e-12
 */
export function filterZeroPhase(
  sections: readonly Section[],
  samples: Float64Array,
  { pad = defaultPad(sections) }: { pad?: number } = {}
): Float64Array {
  return overFiniteRuns(samples, (run) => forwardBackward(sections, run, Math.min(pad, run.length - 1)))
}

/** Three times the filter's length; zeros and poles at z = 0 are not counted. */
function defaultPad(sections: readonly Section[]): number {
  const without = (key: 'b2' | 'a2') => sections.filter((section) => section[key] === 0).length
  return 3 * (2 * sections.length + 1 - Math.min(without('b2'), without('a2')))
}

function forwardBackward(sections: readonly Section[], run: Float64Array, pad: number): Float64Array {
  const n = run.length
  const padded = new Float64Array(n + 2 * pad)
  padded.set(run, pad)
  for (let i = 1; i <= pad; i++) {
    padded[pad - i] = 2 * run[0]! - run[i]!
    padded[pad + n - 1 + i] = 2 * run[n - 1]! - run[n - 1 - i]!
  }
  runSections(sections, padded)
  padded.reverse()
  runSections(sections, padded)
  padded.reverse()
  return padded.slice(pad, pad + n)
}
