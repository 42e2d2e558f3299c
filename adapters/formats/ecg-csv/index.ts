import type { DecodeNote } from '../../../core/decoded.ts'
import { AppError } from '../../../core/errors/app-error.ts'
import { defineFormat } from '../../../core/format.ts'
import type { ClinicalTime } from '../../../core/time.ts'
import { waveformOf } from '../../ecg/channels.ts'
import { ECG_KINDS } from '../../ecg/kinds.ts'
import { decodedEcg, recordingKey, WITHOUT_TIME } from '../../ecg/recording.ts'
import { readComments } from './comments.ts'
import { readTable, type Table } from './table.ts'
import { type TimeGrid, timeGrid } from './time-grid.ts'
import { writeCsv } from './writer.ts'

/** An ECG as a table: comment lines, a header row with leads and units, one row a sample. */
export default defineFormat({
  name: 'ecg-csv',
  family: 'ecg',
  mediaTypes: [ECG_KINDS['ecg-csv']],
  accepts: (kind) => kind === 'ecg-csv',
  decode(envelope, feed) {
    const { facts, table: text } = readComments(textOf(envelope.body), feed.zone)
    const { rateHz, start, resolutions, unknown, subject, ...recording } = facts
    const table = readTable(text)
    const grid = timeGrid(table.values[0]!.length, rateHz, table.times)
    const acquiredAt = later(start, grid.from)
    const notes: DecodeNote[] = unknown > 0 ? [{ code: 'content-ignored', at: 'comment' }] : []
    const waveform = waveformOf(
      channels(table, grid, resolutions),
      { kind: 'rhythm', rateHz: grid.rateHz, ...(acquiredAt ? { startedAt: acquiredAt } : {}) },
      'table'
    )
    const key = recordingKey('ecg-csv', start?.text ?? '', subject.identifiers[0]?.value ?? '', text)
    return decodedEcg({
      envelope,
      subject,
      recording: { ...recording, businessKey: key },
      acquiredAt,
      withoutTime: feed.options[WITHOUT_TIME] === true,
      waveforms: [waveform],
      notes,
      at: { time: 'start', waveforms: 'table' }
    })
  },
  writer: { as: 'csv', encode: writeCsv }
})

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new AppError('DECODE_FAILED', { reason: 'encoding', cause })
  }
}

function channels({ columns, values, decimals }: Table, grid: TimeGrid, resolutions: number[] | undefined) {
  if (resolutions && resolutions.length !== columns.leads.length) {
    throw new AppError('WAVEFORM_INCONSISTENT', { reason: 'resolution', at: 'resolution' })
  }
  return columns.leads.map(({ name, mdc, perMillivolt }, i) => {
    const placed = placedOn(grid, values[i]!)
    // The last digit is the finest step that the file can hold.
    const step = resolutions?.[i] ?? 10 ** -decimals[i]!
    return {
      lead: { name, ...(mdc ? { mdc } : {}), unit: 'mV', resolution: step / perMillivolt },
      millivolts: placed.map((value) => value / perMillivolt)
    }
  })
}

function placedOn({ places, length }: TimeGrid, values: Float64Array): Float64Array {
  if (!places) return values
  const whole = new Float64Array(length).fill(Number.NaN)
  for (let row = 0; row < values.length; row++) whole[places[row]!] = values[row]!
  return whole
}

/** The start, moved by the time of the first row. */
function later(start: ClinicalTime | undefined, seconds: number): ClinicalTime | undefined {
  if (!start?.instant || seconds === 0) return start
  return { ...start, instant: new Date(Date.parse(start.instant) + seconds * 1000).toISOString() }
}
