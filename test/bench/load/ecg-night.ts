import { createHourSummary } from '../../../inference/signal/beats/hour-summary.ts'
import { createBeatStream } from '../../../inference/signal/beats/stream-beats.ts'
import { serveLoad } from '../support/load.ts'
import { longEcg } from '../support/long-ecg.ts'

export interface Night {
  hours: number
  rateHz: number
}

export interface NightReport {
  /** Time spent on beats and hours, without making the signal. */
  seconds: number
  /** Most memory the process ever had resident, MiB: Node, the signal's pieces and all. */
  peakRssMiB: number
  beats: number
  /** How many there were. */
  truth: number
  hours: number
}

const PIECE_S = 10

/** One lead by both detectors in pieces of 10 s, made on the way, with the summary of every hour. */
async function night({ hours, rateHz }: Night): Promise<NightReport> {
  const streams = (['energy', 'gradient'] as const).map((detector) => createBeatStream({ rateHz, leads: 1, detector }))
  const summary = createHourSummary({ rateHz })
  let ms = 0
  let beats = 0
  let truth = 0
  const timed = (work: () => void): void => {
    const from = performance.now()
    work()
    ms += performance.now() - from
  }
  const take = (found: ReturnType<(typeof streams)[0]['push']>): void => {
    summary.push(found)
    beats += found.length
  }
  for (const piece of longEcg({ rateHz, seconds: PIECE_S, pieces: (hours * 3600) / PIECE_S })) {
    truth += piece.beats
    timed(() => {
      take(streams[0]!.push([piece.samples]))
      streams[1]!.push([piece.samples])
    })
  }
  timed(() => {
    take(streams[0]!.flush())
    streams[1]!.flush()
  })
  const peakRssMiB = process.resourceUsage().maxRSS / 1024
  return { seconds: ms / 1000, peakRssMiB, beats, truth, hours: summary.hours().length }
}

serveLoad({ night })
