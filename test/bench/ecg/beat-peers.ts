import { fileURLToPath } from 'node:url'
import { linesOf } from './python.ts'

const SCRIPT = fileURLToPath(new URL('./peers/beat_detectors.py', import.meta.url))

/** Python package and name of the detector. */
export const BEAT_PEERS = ['neurokit2', 'sleepecg'] as const
export type BeatPeer = (typeof BEAT_PEERS)[number]

/** Beats that a peer finds in the first signal of each record. @param folder of the .hea and .dat files */
export async function* peerBeats(
  peer: BeatPeer,
  folder: string,
  names: readonly string[]
): AsyncIterable<{ record: string; beats: number[] }> {
  for await (const line of linesOf(SCRIPT, ['beats', peer, folder, ...names])) {
    yield JSON.parse(line) as { record: string; beats: number[] }
  }
}

/** Whole recordings a second, all leads. @param file float64, lead after lead, mV */
export async function peerDetectionsPerSecond(
  peer: BeatPeer,
  file: string,
  { leads, rateHz, seconds }: { leads: number; rateHz: number; seconds: number }
): Promise<number> {
  for await (const line of linesOf(SCRIPT, ['time', peer, file, `${leads}`, `${rateHz}`, `${seconds}`])) {
    return (JSON.parse(line) as { perSecond: number }).perSecond
  }
  throw new Error(`${peer} gave no time`)
}
