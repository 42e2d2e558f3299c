import { AppError } from '../../../core/errors/app-error.ts'
import type { Lead } from '../../../core/waveform.ts'
import { ecgLead } from '../../ecg/leads.ts'
import { perMillivolt } from '../../ecg/voltage.ts'
import type { EdfSignal } from './header.ts'

export interface Scale {
  lead: Lead
  isEcg: boolean
  /** In the unit of the lead: millivolts of an ECG, else the file's own unit. */
  toPhysical(digital: number): number
}

/** An offset this small beside the range is the rounding of a scale without one. */
const NO_OFFSET = 1e-9
const PREFIX = /^(?:ECG|EKG)(?![A-Za-z])[\s_:.-]*/i

/**
 * What a signal is and how its digital values become physical ones (EDF section 2): linear from (digital min, physical min)
 * to (digital max, physical max), values outside of that range too.
 *
 * A label 'ECG ...' or 'EKG ...' is an ECG, and so is the bare name of a lead in a unit of voltage ('V1', 'MLII'); the rest is not.
 *
 * @param number of the signal, from 1, for errors
 * @throws AppError UNIT_UNKNOWN for an ECG in a unit that is no voltage
 */
export function scaleOf(signal: EdfSignal, number: number): Scale {
  const { digitalMin, digitalMax, physicalMin, physicalMax, dimension } = signal
  const divisor = perMillivolt(dimension)
  const gain = (physicalMax - physicalMin) / (digitalMax - digitalMin)
  const exact = physicalMin - digitalMin * gain
  const offset = Math.abs(exact) < NO_OFFSET * Math.max(Math.abs(physicalMin), Math.abs(physicalMax)) ? 0 : exact
  const named = ecgOf(signal, divisor !== undefined)
  if (named && divisor === undefined) throw new AppError('UNIT_UNKNOWN', { at: `signal ${number} physical dimension` })
  const perUnit = named && divisor !== undefined ? divisor : 1
  return {
    lead: {
      ...(named ?? { name: signal.label || `signal ${number}` }),
      unit: named ? 'mV' : dimension,
      resolution: Math.abs(gain) / perUnit,
      ...(named ? filtersOf(signal.prefiltering) : {})
    },
    isEcg: named !== undefined,
    toPhysical: (digital) => (digital * gain + offset) / perUnit
  }
}

function ecgOf({ label }: EdfSignal, isVoltage: boolean): Pick<Lead, 'name' | 'mdc'> | undefined {
  const bare = label.replace(PREFIX, '').trim()
  const isNamed = bare !== label.trim()
  if (!isNamed && !isVoltage) return leadNamed(bare)?.mdc === undefined ? undefined : leadNamed(bare)
  // 'ECG' and 'ECG 1' name no lead: the label is all there is.
  return leadNamed(bare) ?? (isNamed ? { name: /[A-Za-z]/.test(bare) ? bare : label } : undefined)
}

function leadNamed(name: string): Pick<Lead, 'name' | 'mdc'> | undefined {
  try {
    const { name: spelt, mdc } = ecgLead(name, { resolution: 1 }, '')
    return { name: spelt, ...(mdc === undefined ? {} : { mdc }) }
  } catch {
    return undefined
  }
}

const FILTER = /\b(HP|LP|N):\s?(\d{1,6}(?:[.,]\d{1,6})?)\s?Hz/gi

/** 'HP:0.05Hz LP:150Hz N:50Hz', the form that EDF+ section 2.1.3.3 recommends; other texts say nothing. */
function filtersOf(prefiltering: string): Pick<Lead, 'filters'> {
  const filters: NonNullable<Lead['filters']> = {}
  for (const [, kind, frequency] of prefiltering.matchAll(FILTER)) {
    const hz = Number(frequency!.replace(',', '.'))
    if (kind!.toUpperCase() === 'HP') filters.lowHz = hz
    else if (kind!.toUpperCase() === 'LP') filters.highHz = hz
    else filters.notchHz = hz
  }
  return Object.keys(filters).length > 0 ? { filters } : {}
}
