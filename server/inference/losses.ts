import { compareRecordings, type Fidelity } from './compare-recordings.ts'
import type { RecordingFile } from './recording-file.ts'

/** A difference below this many steps is arithmetic, not a loss. */
const ROUNDING_LSB = 0.01

/**
 * What of a recording its new file does not hold, one sentence each, for a person at the command line. Positions and names of
 * fields only, nothing of the person.
 */
export function lossesOf(source: RecordingFile, back: RecordingFile): { losses: string[]; fidelity: Fidelity } {
  const fidelity = compareRecordings(source, back)
  const { lsb, microvolts, leadsLost, leadsMoved, patient, rateHz, missing, startMs } = fidelity
  const gaps = source.recording.waveforms[0]!.gaps.length
  const lines: (string | false | undefined)[] = [
    source.more > 0 && `${source.more} further recordings of the file are not converted`,
    leadsLost.length > 0 && `leads left out: ${leadsLost.join(', ')}`,
    leadsMoved.length > 0 && `leads under another code: ${leadsMoved.join(', ')}`,
    lsb > ROUNDING_LSB && `samples differ by up to ${lsb.toPrecision(3)} steps (${microvolts.toPrecision(3)} uV)`,
    Math.abs(rateHz) > 1e-9 && `the rate differs by ${rateHz} Hz`,
    gaps > 0 && missing === 0 && `${gaps} gaps are written as the target's mark for a missing sample`,
    missing > 0 && `${missing} samples are missing in one of the two (of ${gaps} gaps)`,
    startMs !== undefined && startMs !== 0 && `the start differs by ${startMs} ms`,
    patient.length > 0 && `not kept of the person: ${patient.join(', ')}`,
    source.age !== undefined && !source.subject?.birthDate && 'not kept of the person: age (no birth date is stated)',
    fidelity.waveformsLost > 0 &&
      `${fidelity.waveformsLost} further waveforms are left out (median beat, other rates or units)`,
    fidelity.statementsLost > 0 && `${fidelity.statementsLost} statements are changed or left out`,
    fidelity.deviceLost && 'the device is changed or left out',
    fidelity.syntheticLost && 'the mark of synthetic data is not kept: say so to whoever gets the file'
  ]
  return { losses: lines.filter((line): line is string => typeof line === 'string'), fidelity }
}
