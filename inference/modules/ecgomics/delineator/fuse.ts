import { globalMarks } from '../../../signal/delineate/global-marks.ts'
import type { BeatWaves, Delineation, DelineationPath, WaveMark, WaveName } from '../../../signal/delineation.ts'
import type { PathDisagreement } from '../types.ts'

const WAVES = ['p', 'qrs', 't'] as const satisfies readonly WaveName[]
const EDGES = ['onset', 'peak', 'offset'] as const

/**
 * Which path is believed for a wave; the other one speaks where it saw nothing.
 *
 * Measured on LUDB 131-150 with a network trained on 1-130 (on 1-130 itself it would judge its own lessons). SD of the edge
 * error in ms, network against classical: P 13.7 and 10.1 / 14.0 and 12.5, QRS 7.1 and 9.2 / 7.4 and 9.0, T 17.3 and 18.5 /
 * 22.8 and 20.1; and no P in fibrillation that it had not seen, where the classical path set some.
 */
export const LEADING: Record<WaveName, DelineationPath> = { p: 'network', qrs: 'network', t: 'network' }

/**
 * One delineation out of two. Beats, rate and leads must be those of the same recording.
 *
 * A wave comes whole from the leading path (onset, peak and offset of one path belong together); where that path saw none in
 * a lead, the other's stands only if both agree that such waves are there at all.
 *
 * @returns the fused delineation, each mark with its path, and how far the paths lie apart where both set a mark
 */
export function fuse(
  classical: Delineation,
  network: Delineation
): { delineation: Delineation; disagreement: PathDisagreement[] } {
  const { rateHz, beats } = classical
  const pWaves = network.pWaves === 'unclear' ? classical.pWaves : network.pWaves
  const leads = classical.leads.map((lead, i) =>
    lead.map((own, k) => fuseBeat(own, network.leads[i]?.[k] ?? {}, pWaves !== 'absent'))
  )
  return {
    delineation: { rateHz, beats, leads, global: globalMarks(leads, { rateHz }), pWaves },
    disagreement: disagreementOf(classical, network)
  }
}

function fuseBeat(classical: BeatWaves, network: BeatWaves, hasP: boolean): BeatWaves {
  const fused: BeatWaves = {}
  for (const wave of WAVES) {
    if (wave === 'p' && !hasP) continue
    const [first, second] = LEADING[wave] === 'network' ? [network, classical] : [classical, network]
    const mark: WaveMark | undefined = first[wave] ?? (wave === 'p' ? undefined : second[wave])
    if (mark) fused[wave] = mark
  }
  return fused
}

/** Median and 90th percentile of |classical - network| in ms, over all leads and beats where both set the mark. */
export function disagreementOf(classical: Delineation, network: Delineation): PathDisagreement[] {
  const toMs = 1000 / classical.rateHz
  return WAVES.flatMap((wave) =>
    EDGES.flatMap((edge) => {
      const apart = classical.leads.flatMap((lead, i) =>
        lead.flatMap((beat, k) => {
          const a = beat[wave]?.[edge]
          const b = network.leads[i]?.[k]?.[wave]?.[edge]
          return a === undefined || b === undefined ? [] : [Math.abs(a - b) * toMs]
        })
      )
      if (apart.length === 0) return []
      apart.sort((a, b) => a - b)
      return [{ wave, edge, medianMs: quantile(apart, 0.5), p90Ms: quantile(apart, 0.9), n: apart.length }]
    })
  )
}

function quantile(sorted: readonly number[], share: number): number {
  const at = (sorted.length - 1) * share
  const low = Math.floor(at)
  return sorted[low]! + (at - low) * ((sorted[low + 1] ?? sorted[low]!) - sorted[low]!)
}
