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
  reference: SOURCE.cse,
  unit: 'mV',
  scope: 'lead',
  decimals: 3,
  needs: { beats: 5, rateHz: 250 },
  ...rest
})

const st = (id: string, afterMs: number): FeatureDefinition =>
  ofLead(
    id,
    afterMs === 0 ? 'ST at J' : `ST at J+${afterMs}`,
    `Level ${afterMs === 0 ? 'at the J point' : `${afterMs} ms behind the J point`} (global QRS offset) from the level before QRS onset.`,
    {
      reference:
        'Thygesen K et al. 2018, Fourth Universal Definition, Circulation 138:e618; Kligfield P et al. 2007, Circulation 115:1306'
    }
  )

const area = { unit: 'mV.ms', decimals: 1 }
const slope = {
  unit: 'mV/s',
  decimals: 1,
  reference: 'Pueyo E et al. 2008, IEEE Trans Biomed Eng 55:1773 (QRS slopes)'
}

/** Heights, ST levels, ratios, areas and slopes in each lead of the median beat. */
export const AMPLITUDES: FeatureDefinition[] = [
  ofLead('p.amplitude', 'P amplitude', 'Larger lobe of P from the level before P onset, signed.'),
  ofLead(
    'q.amplitude',
    'Q amplitude',
    'Q from the level before QRS onset, negative; a wave from 20 uV and 6 ms on. A QS complex has no Q: its depth is S.'
  ),
  ofLead('r.amplitude', 'R amplitude', 'R from the level before QRS onset.'),
  ofLead('s.amplitude', 'S amplitude', 'S from the level before QRS onset, negative; the depth of a QS complex.'),
  ofLead('r-prime.amplitude', "R' amplitude", "R' from the level before QRS onset."),
  ofLead('s-prime.amplitude', "S' amplitude", "S' from the level before QRS onset, negative."),
  ofLead('t.amplitude', 'T amplitude', 'Larger lobe of T from the level before QRS onset, signed.'),
  ofLead('qrs.peak-to-peak', 'QRS peak to peak', 'Highest minus deepest deflection of QRS.'),
  st('st.j', 0),
  st('st.j40', 40),
  st('st.j60', 60),
  st('st.j80', 80),
  ofLead('st.slope', 'ST slope', 'Straight slope from J to J+80 ms.', {
    unit: 'mV/s',
    decimals: 2,
    formula: '(ST at J+80 - ST at J) / 0.08 s',
    reference: SOURCE.ahaPart4
  }),
  ofLead('ratio.r-s', 'R/S', 'R over depth of S; absent where one of them is missing.', {
    unit: '1',
    decimals: 2,
    formula: 'R / |S|'
  }),
  ofLead('ratio.q-r', 'Q/R', 'Depth of Q over R; absent where one of them is missing.', {
    unit: '1',
    decimals: 2,
    formula: '|Q| / R'
  }),
  ofLead('ratio.r-t', 'R/T', 'R over T, signed as T; absent where one of them is missing.', {
    unit: '1',
    decimals: 2,
    formula: 'R / T'
  }),
  ofLead('p.area', 'P area', 'Net area of P from the level before P onset.', area),
  ofLead('qrs.area', 'QRS area', 'Net area of QRS from the level before its onset.', area),
  ofLead('t.area', 'T area', 'Net area from T onset to T offset from the level before QRS onset.', area),
  ofLead('st-t.area', 'ST-T area', 'Net area from J to T offset from the level before QRS onset.', area),
  ofLead('qrs.slope.up', 'QRS upslope', 'Steepest rise within QRS over 8 ms.', slope),
  ofLead('qrs.slope.down', 'QRS downslope', 'Steepest fall within QRS over 8 ms, negative.', slope),
  ofLead('t.slope.up', 'T upslope', 'Steepest rise within T over 8 ms.', {
    ...slope,
    decimals: 2,
    reference: SOURCE.own
  }),
  ofLead('t.slope.down', 'T downslope', 'Steepest fall within T over 8 ms, negative.', {
    ...slope,
    decimals: 2,
    reference: SOURCE.own
  }),
  ofLead('t.symmetry', 'T symmetry', 'Area before the T peak over area behind it; not given for a biphasic T.', {
    unit: '1',
    decimals: 2,
    formula: 'area(onset to peak) / area(peak to offset)',
    reference: 'di Bernardo D, Murray A 2000, Nature 403:40'
  })
]
