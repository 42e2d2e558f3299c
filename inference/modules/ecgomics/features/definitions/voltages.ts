import type { FeatureDefinition } from '../../types.ts'
import { SOURCE } from './sources.ts'

const voltage = (
  id: string,
  name: string,
  definition: string,
  rest: Partial<FeatureDefinition>
): FeatureDefinition => ({
  id,
  dimension: 'intensity',
  name,
  definition,
  reference: SOURCE.ahaPart5,
  unit: 'mV',
  scope: 'recording',
  decimals: 2,
  ...rest,
  needs: { beats: 5, rateHz: 250, ...rest.needs }
})
const CASALE = 'Casale PN et al. 1985, J Am Coll Cardiol 6:572'
const PEGUERO = 'Peguero JG et al. 2017, J Am Coll Cardiol 69:1694'

/** Voltage rules. R is the highest, S the deepest deflection of QRS, 0 where there is none. */
export const VOLTAGES: FeatureDefinition[] = [
  voltage('voltage.sokolow-lyon', 'Sokolow-Lyon', 'S in V1 + the larger R of V5 and V6.', {
    formula: 'S(V1) + max(R(V5), R(V6))',
    reference: 'Sokolow M, Lyon TP 1949, Am Heart J 37:161',
    interval: [{ high: 3.5, source: 'Sokolow M, Lyon TP 1949, Am Heart J 37:161' }],
    needs: { leads: ['V1', 'V5', 'V6'] }
  }),
  voltage('voltage.cornell', 'Cornell voltage', 'R in aVL + S in V3.', {
    formula: 'R(aVL) + S(V3)',
    reference: CASALE,
    interval: [
      { high: 2.8, sex: 'male', source: CASALE },
      { high: 2, sex: 'female', source: CASALE }
    ],
    needs: { leads: ['aVL', 'V3'] }
  }),
  voltage(
    'voltage.cornell-product',
    'Cornell product',
    'Cornell voltage, with 0.6 mV added for women, times QRS duration; needs the sex.',
    {
      formula: '(R(aVL) + S(V3) + 0.6 mV if female) x QRS',
      reference: 'Okin PM et al. 1995, J Am Coll Cardiol 25:417; Dahlof B et al. 1998, Hypertension 32:989',
      unit: 'mV.ms',
      decimals: 0,
      interval: [{ high: 244, source: 'Dahlof B et al. 1998, LIFE, Hypertension 32:989' }],
      needs: { leads: ['aVL', 'V3'] }
    }
  ),
  voltage('voltage.peguero', 'Peguero-Lo Presti', 'Deepest S of the twelve leads + S in V4.', {
    formula: 'max(S) + S(V4)',
    reference: PEGUERO,
    interval: [
      { high: 2.8, sex: 'male', source: PEGUERO },
      { high: 2.3, sex: 'female', source: PEGUERO }
    ],
    needs: { leads: ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'] }
  }),
  voltage(
    'voltage.low',
    'Low voltage',
    'Whether QRS stays under 0.5 mV peak to peak in all limb leads, under 1.0 mV in all chest leads: none, limb, precordial, all.',
    {
      reference: SOURCE.ahaPart1,
      unit: '1',
      decimals: 0,
      needs: { leads: ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'] }
    }
  ),
  voltage(
    'p.terminal-force',
    'P terminal force in V1',
    'Depth x duration of the negative end of P in V1; 0 where P ends without one.',
    {
      formula: 'depth x duration',
      reference: 'Morris JJ et al. 1964, Circulation 29:242',
      unit: 'mV.ms',
      decimals: 1,
      interval: [{ low: -4, source: 'Morris JJ et al. 1964, Circulation 29:242' }],
      needs: { leads: ['V1'] }
    }
  )
]
