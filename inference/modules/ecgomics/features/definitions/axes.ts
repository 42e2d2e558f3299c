import { MDC } from '../../../../../fhir-profiles/index.ts'
import type { FeatureDefinition } from '../../types.ts'
import { SOURCE } from './sources.ts'

const FRONTAL = { beats: 5, rateHz: 250, leads: ['I', 'aVF'] }
const EIGHT = { beats: 5, rateHz: 250, leads: ['I', 'II', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'] }
const AXIS_FORMULA = 'atan2(2 / sqrt(3) x area(aVF), area(I))'

const axis = (id: string, name: string, rest: Partial<FeatureDefinition>): FeatureDefinition => ({
  id,
  dimension: 'structural',
  name,
  definition:
    'Direction of the mean vector of the wave in the frontal plane, from its net areas in I and aVF of the median beat.',
  formula: AXIS_FORMULA,
  reference: SOURCE.ahaPart3,
  unit: 'deg',
  scope: 'recording',
  decimals: 0,
  needs: FRONTAL,
  ...rest
})

/** Directions of the heart's vectors, and lengths of those vectors. */
export const AXES: FeatureDefinition[] = [
  axis('p.axis', 'P axis', { code: MDC.pAxis }),
  axis('qrs.axis', 'QRS axis', {
    interval: [{ low: -30, high: 90, source: SOURCE.ahaPart3 }],
    code: MDC.qrsAxis
  }),
  axis('qrs.axis.category', 'QRS axis, in words', {
    definition: 'QRS axis: normal -30 to 90, left -30 to -90, right 90 to 180, extreme -90 to -180 deg.',
    unit: '1'
  }),
  axis('t.axis', 'T axis', { code: MDC.tAxis }),
  axis('qrs-t.angle.frontal', 'QRS-T angle, frontal', {
    definition: 'Angle between QRS axis and T axis in the frontal plane.',
    formula: '|QRS axis - T axis|, at most 180',
    reference: 'Oehler A et al. 2014, Ann Noninvasive Electrocardiol 19:534'
  }),
  axis('qrs-t.angle.spatial', 'QRS-T angle, spatial', {
    definition: 'Angle in space between the area vectors of QRS and of J to T offset, by the orthogonal leads of Kors.',
    formula: 'acos(QRS . T / (|QRS| |T|))',
    reference: `Scherptong RWC et al. 2008, J Electrocardiol 41:648; ${SOURCE.kors}`,
    needs: EIGHT
  }),
  axis('vector.qrs', 'QRS area vector', {
    dimension: 'intensity',
    definition: 'Length of the area vector of QRS by the orthogonal leads of Kors.',
    formula: 'sqrt(X^2 + Y^2 + Z^2), each the net area of QRS',
    reference: `van Deursen CJM et al. 2014, J Electrocardiol 47:202; ${SOURCE.kors}`,
    unit: 'mV.ms',
    decimals: 1,
    needs: EIGHT
  }),
  axis('vector.t', 'T area vector', {
    dimension: 'intensity',
    definition: 'Length of the area vector from J to T offset by the orthogonal leads of Kors.',
    formula: 'sqrt(X^2 + Y^2 + Z^2), each the net area of J to T offset',
    reference: SOURCE.kors,
    unit: 'mV.ms',
    decimals: 1,
    needs: EIGHT
  }),
  axis('vector.gradient', 'Spatial ventricular gradient', {
    dimension: 'intensity',
    definition: 'Length of the sum of the QRS and T area vectors.',
    formula: '|QRS + T|',
    reference: `Scherptong RWC et al. 2008, J Electrocardiol 41:648; ${SOURCE.kors}`,
    unit: 'mV.ms',
    decimals: 1,
    needs: EIGHT
  })
]
