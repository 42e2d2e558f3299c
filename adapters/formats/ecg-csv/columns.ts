import { AppError } from '../../../core/errors/app-error.ts'
import { ecgLead } from '../../ecg/leads.ts'
import { perMillivolt } from '../../ecg/voltage.ts'

export interface LeadColumn {
  /** Place in the row. */
  index: number
  name: string
  mdc?: number
  /** Units of the column in one millivolt. */
  perMillivolt: number
}

export interface Columns {
  count: number
  leads: LeadColumn[]
  /** Place and unit of the time column, when there is one. */
  time?: { index: number; perSecond: number }
}

/** 'II [mV]', 'V1 (uV)', 'time/ms' */
const CELL = /^([^[(/]{1,100})(?:\[([^\]]{1,50})\]|\(([^)]{1,50})\)|\/(.{1,50}))$/
const TIME = /^(?:time|t)$/i
const PER_SECOND: ReadonlyMap<string, number> = new Map([
  ['s', 1],
  ['sec', 1],
  ['ms', 1000]
])

/**
 * The header row: `time [s]` or `time [ms]` where there is a time column, else one column a lead with its unit of voltage.
 * Nothing is defaulted.
 *
 * @throws AppError UNIT_UNKNOWN (no unit, or none of voltage or time), LEAD_UNKNOWN, WAVEFORM_INCONSISTENT reason
 * `lead-twice` or `no-waveform`
 */
export function readColumns(cells: readonly string[]): Columns {
  const columns: Columns = { count: cells.length, leads: [] }
  for (const [index, cell] of cells.entries()) {
    const at = `column ${index + 1}`
    const [, name = cell, ...units] = CELL.exec(cell.trim()) ?? []
    const unit = units.find((one) => one !== undefined)?.trim()
    if (TIME.test(name.trim())) {
      const perSecond = PER_SECOND.get(unit ?? '')
      if (perSecond === undefined) throw new AppError('UNIT_UNKNOWN', { at })
      if (columns.time) throw new AppError('WAVEFORM_INCONSISTENT', { reason: 'time-twice', at })
      columns.time = { index, perSecond }
      continue
    }
    const divisor = perMillivolt(unit)
    if (divisor === undefined) throw new AppError('UNIT_UNKNOWN', { at })
    const lead = ecgLead(name, { resolution: 1 }, at)
    columns.leads.push({ index, name: lead.name, ...(lead.mdc ? { mdc: lead.mdc } : {}), perMillivolt: divisor })
  }
  if (columns.leads.length === 0) throw new AppError('WAVEFORM_INCONSISTENT', { reason: 'no-waveform', at: 'header' })
  if (new Set(columns.leads.map(({ name }) => name)).size < columns.leads.length) {
    throw new AppError('WAVEFORM_INCONSISTENT', { reason: 'lead-twice', at: 'header' })
  }
  return columns
}
