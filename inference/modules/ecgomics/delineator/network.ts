import type { Models } from '../../../../core/model.ts'
import { globalMarks } from '../../../signal/delineate/global-marks.ts'
import type { BeatWaves, Delineation, WaveName } from '../../../signal/delineation.ts'
import { assignRuns } from './assign.ts'
import { toMark } from './mark.ts'
import { poolOverLeads } from './pool.ts'
import { type ClassProbabilities, classProbabilities } from './probabilities.ts'
import { type Run, runsOf } from './runs.ts'
import { NETWORK_HZ } from './windows.ts'

const WAVES = ['p', 'qrs', 't'] as const satisfies readonly WaveName[]
/** Part of a lead's own answer that is kept beside the mean of all leads (pool.ts); of 1, .7, .5, .3 the best on LUDB 131-150. */
const OWN = 0.7
/** Beats with P in most leads, as a share of all beats with QRS: from here on P waves are there, and below there are none. */
const PRESENT_FROM = 0.5
const ABSENT_BELOW = 0.3

/**
 * The waves of a recording as the network `ecg-delineator/1` sees them (specs 01 section 4). Steps: 250 Hz, windows of 2,496
 * samples, probabilities of P, QRS and T, pooled over the leads, stretches, one of each wave a beat, edges and peak at the
 * recording's rate.
 *
 * @param leads mV, equal lengths; NaN where missing
 * @param options rateHz of the leads; `beats` fiducials in their samples, rising
 * @throws AppError MODEL_UNAVAILABLE, INFERENCE_FAILED
 */
export async function networkDelineation(
  leads: readonly Float64Array[],
  { rateHz, beats }: { rateHz: number; beats: readonly number[] },
  models: Models
): Promise<Delineation> {
  const answers = poolOverLeads(await classProbabilities(leads, rateHz, models), OWN)
  const waves = answers.map((answer, i) => wavesOfLead(answer, leads[i]!, { rateHz, beats }))
  const pWaves = presenceOfP(waves)
  if (pWaves === 'absent') for (const lead of waves) for (const beat of lead) delete beat.p
  return { rateHz, beats, leads: waves, global: globalMarks(waves, { rateHz }), pWaves }
}

function wavesOfLead(
  answer: ClassProbabilities,
  lead: Float64Array,
  { rateHz, beats }: { rateHz: number; beats: readonly number[] }
): BeatWaves[] {
  const runs = Object.fromEntries(WAVES.map((wave) => [wave, runsOf(answer, wave).map(inSeconds)])) as Record<
    WaveName,
    Run[]
  >
  const found = assignRuns(
    beats.map((beat) => beat / rateHz),
    runs
  )
  return found.map((beat) => {
    const waves: BeatWaves = {}
    for (const wave of WAVES) {
      const mark = beat[wave] && toMark(beat[wave], lead, rateHz)
      if (mark) waves[wave] = mark
    }
    return waves
  })
}

const inSeconds = (run: Run): Run => ({ ...run, onset: run.onset / NETWORK_HZ, offset: run.offset / NETWORK_HZ })

/** Whether most beats that show QRS show P, in at least half of the leads. */
export function presenceOfP(leads: readonly BeatWaves[][]): Delineation['pWaves'] {
  const beats = leads[0]?.length ?? 0
  let judged = 0
  let withP = 0
  for (let k = 0; k < beats; k++) {
    const seen = leads.filter((lead) => lead[k]!.qrs)
    if (seen.length === 0) continue
    judged++
    if (seen.filter((lead) => lead[k]!.p).length * 2 >= seen.length) withP++
  }
  if (judged === 0) return 'unclear'
  const share = withP / judged
  return share >= PRESENT_FROM ? 'present' : share < ABSENT_BELOW ? 'absent' : 'unclear'
}
