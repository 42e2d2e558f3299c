import type { SampledData } from '@medplum/fhirtypes'
import { AppError } from '../../core/errors/app-error.ts'
import type { Lead, Waveform } from '../../core/waveform.ts'
import { leadByNumber } from '../codes/leads.ts'
import { SYSTEM } from '../codes/systems.ts'
import { UCUM } from '../codes/ucum.ts'

/** Longest recording that goes into components; longer ones stand in the waveform document only (design section 4). */
export const SAMPLED_DATA_MAX_MS = 60_000

/** UCUM units that a Quantity may carry as a code; any other unit is kept as text. */
const UCUM_CODES: readonly string[] = Object.values(UCUM)

/**
 * One lead as FHIR R4 SampledData: period in milliseconds, value = data x factor + origin, factor = one step of the
 * source (lead.resolution), one integer a sample, `E` where a sample is missing (NaN). The way back loses at most half a
 * step (hardening T39: 1 LSB).
 *
 * @throws AppError FHIR_INVALID when the lead does not exist, or its resolution or the rate is not a positive number
 */
export function sampledDataOf(waveform: Waveform, leadIndex: number): SampledData {
  const lead = waveform.leads[leadIndex]
  const samples = waveform.samples[leadIndex]
  if (lead === undefined || samples === undefined) throw new AppError('FHIR_INVALID', { reason: 'no-such-lead' })
  if (!isPositive(lead.resolution)) throw new AppError('FHIR_INVALID', { reason: 'resolution' })
  if (!isPositive(waveform.rateHz)) throw new AppError('FHIR_INVALID', { reason: 'rate' })
  const data = Array.from(samples, (value) => stepOf(value, lead.resolution)).join(' ')
  return {
    origin: origin(lead.unit),
    period: 1000 / waveform.rateHz,
    factor: lead.resolution,
    dimensions: 1,
    data
  }
}

/**
 * The inverse: one lead's samples in the unit of `origin`, Float64Array; `E`, `U` and `L` are NaN (error, above, below:
 * no value is known).
 *
 * @throws AppError FHIR_INVALID for other marks or text, for more than one dimension, and for no or a non-positive period
 */
export function samplesOf(sampled: SampledData): { samples: Float64Array; rateHz: number; unit: string } {
  const period = Number(sampled.period)
  if (!isPositive(period)) throw new AppError('FHIR_INVALID', { at: 'SampledData.period' })
  if (Number(sampled.dimensions) !== 1) throw new AppError('FHIR_INVALID', { at: 'SampledData.dimensions' })
  const unit = sampled.origin?.code ?? sampled.origin?.unit
  if (unit === undefined) throw new AppError('FHIR_INVALID', { at: 'SampledData.origin', reason: 'unit-unknown' })
  const factor = sampled.factor ?? 1
  const offset = sampled.origin.value ?? 0
  const text = (sampled.data ?? '').trim()
  const marks = text === '' ? [] : text.split(/\s+/)
  return {
    samples: Float64Array.from(marks, (mark) => physicalValue(mark, factor, offset)),
    rateHz: rateOf(period),
    unit
  }
}

/**
 * A waveform of the components of an ECG Observation. Leads come from the component codes by the caller; here name and
 * number are given. All leads must have one rate and one length.
 *
 * @throws AppError FHIR_INVALID when rates or lengths differ, or there is no lead
 */
export function waveformFromSampledData(leads: { mdc?: number; name?: string; sampled: SampledData }[]): Waveform {
  const read = leads.map((lead) => ({ ...lead, ...samplesOf(lead.sampled) }))
  const first = read[0]
  if (first === undefined) throw new AppError('FHIR_INVALID', { reason: 'no-lead' })
  for (const { samples, rateHz } of read) {
    if (samples.length !== first.samples.length) throw new AppError('FHIR_INVALID', { reason: 'lengths-differ' })
    if (rateHz !== first.rateHz) throw new AppError('FHIR_INVALID', { reason: 'rates-differ' })
  }
  return {
    kind: 'rhythm',
    leads: read.map(({ mdc, name, unit, sampled }): Lead => {
      const known = mdc === undefined ? undefined : leadByNumber(mdc)
      return { name: known?.name ?? name ?? '', mdc, unit, resolution: sampled.factor ?? 1 }
    }),
    rateHz: first.rateHz,
    samples: read.map(({ samples }) => samples),
    gaps: read.flatMap(({ samples }, lead) => gapsOf(samples).map(([from, to]) => ({ lead, from, to })))
  }
}

/** Half-open runs [from, to) of NaN. */
export function gapsOf(samples: Float64Array): [from: number, to: number][] {
  const gaps: [number, number][] = []
  for (let i = 0; i < samples.length; i++) {
    if (!Number.isNaN(samples[i])) continue
    const from = i
    while (i < samples.length && Number.isNaN(samples[i])) i++
    gaps.push([from, i])
  }
  return gaps
}

const isPositive = (value: number): boolean => Number.isFinite(value) && value > 0

/** 1000 / period, freed of the rounding of a period such as 2.777... ms (360 Hz). */
function rateOf(period: number): number {
  const rate = 1000 / period
  const whole = Math.round(rate)
  return Math.abs(rate - whole) < 1e-9 * rate ? whole : rate
}

/** Integer step of a value; rounding, so that a source on the grid comes back exactly. -0 is written 0. */
function stepOf(value: number, resolution: number): string {
  if (!Number.isFinite(value)) return 'E'
  const step = Math.round(value / resolution)
  return Number.isSafeInteger(step) ? String(step === 0 ? 0 : step) : 'E'
}

function physicalValue(mark: string, factor: number, offset: number): number {
  if (mark === 'E' || mark === 'U' || mark === 'L') return Number.NaN
  if (!/^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(mark)) throw new AppError('FHIR_INVALID', { at: 'SampledData.data' })
  return Number(mark) * factor + offset
}

const origin = (unit: string): SampledData['origin'] =>
  UCUM_CODES.includes(unit) ? { value: 0, unit, system: SYSTEM.ucum, code: unit } : { value: 0, unit }
