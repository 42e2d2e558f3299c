import { stringify } from 'csv-stringify/sync'
import { AppError } from '../../../core/errors/app-error.ts'
import type { EncodableRecording, EncodedFile } from '../../../core/format.ts'
import { withoutEnding } from '../../../core/text-end.ts'
import { writeKeyedLines } from '../../ecg/keyed-lines.ts'

/** Digits below one step: a thousandth of it cannot move a count. */
const GUARD_DIGITS = 3
/** Of the time column, seconds: a microsecond. */
const TIME_DIGITS = 6

/**
 * The tracing as a table: comments, `time [s]`, one column a lead. As many digits as one step and a thousandth of it need; the
 * steps themselves stand in a comment. A missing sample is an empty cell. Other waveforms than the first are not written.
 *
 * @throws AppError WAVEFORM_INCONSISTENT reason `resolution`, `no-waveform`
 */
export function writeCsv(recording: EncodableRecording): EncodedFile[] {
  const [waveform] = recording.waveforms
  if (!waveform?.samples[0]) throw new AppError('WAVEFORM_INCONSISTENT', { reason: 'no-waveform' })
  const { leads, samples, rateHz } = waveform
  const digits = leads.map(({ resolution }, i) => {
    if (!(resolution > 0)) throw new AppError('WAVEFORM_INCONSISTENT', { reason: 'resolution', at: `lead ${i + 1}` })
    return Math.min(20, Math.max(0, Math.ceil(-Math.log10(resolution)) + GUARD_DIGITS))
  })
  const { instant } = recording.acquiredAt
  const comments = [
    `rateHz: ${rateHz}`,
    ...(instant ? [`start: ${instant}`] : []),
    `resolution: ${leads.map(({ resolution }) => resolution).join(' ')}`,
    ...writeKeyedLines(recording)
  ]
  const header = ['time [s]', ...leads.map(({ name, unit }) => `${name} [${unit}]`)]
  const rows = Array.from({ length: waveform.samples[0].length }, (_, i) => [
    plain(i / rateHz, TIME_DIGITS),
    ...samples.map((lead, k) => (Number.isNaN(lead[i]) ? '' : plain(lead[i]!, digits[k]!)))
  ])
  const text = `${comments.map((line) => `# ${line}\n`).join('')}${stringify([header, ...rows])}`
  return [{ extension: '.csv', mediaType: 'text/csv', bytes: Buffer.from(text) }]
}

/** So many digits behind the point, without zeros at the end and without '-0'. */
function plain(value: number, digits: number): string {
  const fixed = value.toFixed(digits)
  const short = fixed.includes('.') ? withoutEnding(withoutEnding(fixed, '0'), '.') : fixed
  return short === '-0' ? '0' : short
}
