import type { FeatureDefinition } from '../../types.ts'
import { SOURCE } from './sources.ts'

const ofLead = (
  id: string,
  name: string,
  definition: string,
  rest: Partial<FeatureDefinition> = {}
): FeatureDefinition => ({
  id,
  dimension: 'intensity',
  name,
  definition,
  reference: 'Thakor NV et al. 1984, IEEE Trans Biomed Eng 31:702 (spectra of P, QRS, T)',
  unit: 'mV2.s',
  scope: 'lead',
  decimals: 5,
  needs: { beats: 5, rateHz: 250 },
  ...rest
})
const BAND = 'Energy of the median beat (200 ms before QRS onset to 50 ms behind T offset, faded at the ends) between'

/** Energy by frequency band, and noise, in each lead. */
export const ENERGIES: FeatureDefinition[] = [
  ofLead('band.0-5', 'Energy 0-5 Hz', `${BAND} 0 and 5 Hz.`, { formula: 'sum of |X(f)|^2 df' }),
  ofLead('band.5-15', 'Energy 5-15 Hz', `${BAND} 5 and 15 Hz.`, { formula: 'sum of |X(f)|^2 df' }),
  ofLead('band.15-40', 'Energy 15-40 Hz', `${BAND} 15 and 40 Hz.`, { formula: 'sum of |X(f)|^2 df' }),
  ofLead(
    'noise.level',
    'Noise',
    'Root mean square about a straight line between T offset and the next P onset (QRS onset where no P is), median over the beats. Fibrillation waves count as noise.',
    {
      reference: SOURCE.own,
      unit: 'uV',
      decimals: 1
    }
  ),
  ofLead('noise.averaged', 'Noise of the median beat', 'Standard error of the median beat away from the waves.', {
    reference: SOURCE.own,
    unit: 'uV',
    decimals: 1
  })
]

const LATE = { rateHz: 1000, beats: 5, bandwidthHz: 250, leads: ['I', 'II', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'] }
const late = (id: string, name: string, definition: string, rest: Partial<FeatureDefinition>): FeatureDefinition => ({
  ...ofLead(id, name, definition),
  reference:
    'Simson MB 1981, Circulation 64:235; Breithardt G et al. 1991, ESC/AHA/ACC Task Force, Circulation 83:1481',
  scope: 'recording',
  unit: 'ms',
  decimals: 0,
  needs: LATE,
  ...rest
})
const LIMITS_SOURCE = 'Breithardt G et al. 1991, ESC/AHA/ACC Task Force, Circulation 83:1481'

/** Late potentials; only from 1000 Hz, 40-250 Hz of bandwidth and less than 1 uV of averaged noise. */
export const LATE_POTENTIALS: FeatureDefinition[] = [
  late(
    'late.qrs-duration',
    'Filtered QRS duration',
    'Onset to offset of QRS in the vector magnitude of the orthogonal leads, 40-250 Hz.',
    {
      interval: [{ high: 114, source: LIMITS_SOURCE }]
    }
  ),
  late(
    'late.las40',
    'LAS40',
    'Time at the end of the filtered QRS during which the vector magnitude stays below 40 uV.',
    {
      interval: [{ high: 38, source: LIMITS_SOURCE }]
    }
  ),
  late('late.rms40', 'RMS40', 'Root mean square of the vector magnitude over the last 40 ms of the filtered QRS.', {
    unit: 'uV',
    decimals: 1,
    interval: [{ low: 20, source: LIMITS_SOURCE }]
  }),
  late(
    'late.noise',
    'Late potential noise',
    'Root mean square of the vector magnitude in a quiet part of the ST segment.',
    { unit: 'uV', decimals: 2 }
  )
]
