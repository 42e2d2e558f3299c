import { systemClock } from '../../core/clock.ts'
import { FORMATS_DIR } from '../app/discover.ts'
import type { Recording } from '../inference/recording.ts'
import { readRecordingFile } from '../inference/recording-file.ts'
import { loadFormats } from '../pipeline/formats.ts'

/** A recording of any format that the server reads; WFDB is read from its header, the files beside it, or a zip. */
export async function readRecording(path: string): Promise<Recording> {
  const formats = await loadFormats(FORMATS_DIR)
  const file = await readRecordingFile(path, { formats, receivedAt: systemClock.now().toISOString() })
  const { waveforms, acquiredAt } = file.recording
  const waveform = waveforms.find(({ kind }) => kind === 'rhythm') ?? waveforms[0]!
  return {
    waveform: acquiredAt.instant ? { ...waveform, startedAt: acquiredAt } : waveform,
    age: file.age ?? ageAt(file.subject?.birthDate, acquiredAt.instant),
    sex: file.subject?.sex,
    sha256: file.sha256
  }
}

function ageAt(birthDate: string | undefined, instant: string | undefined): number | undefined {
  if (!birthDate || !instant) return undefined
  return Math.floor((Date.parse(instant) - Date.parse(birthDate)) / (365.25 * 24 * 3600 * 1000))
}
