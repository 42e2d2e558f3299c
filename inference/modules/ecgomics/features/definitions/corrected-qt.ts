import { LOINC } from '../../../../../fhir-profiles/index.ts'
import type { FeatureDefinition } from '../../types.ts'

const LIMITS: FeatureDefinition['interval'] = [
  { high: 450, sex: 'male', source: 'Rautaharju PM et al. 2009, AHA/ACCF/HRS part IV, Circulation 119:e241' },
  { high: 460, sex: 'female', source: 'Rautaharju PM et al. 2009, AHA/ACCF/HRS part IV, Circulation 119:e241' }
]

const corrected = (
  id: string,
  { name, formula, reference, code }: Pick<FeatureDefinition, 'name' | 'formula' | 'reference' | 'code'>
): FeatureDefinition => ({
  id,
  dimension: 'structural',
  name,
  definition:
    'Global QT of the median beat, corrected by the median RR before the beats it was made of. RR in s, QT in ms.',
  formula,
  reference,
  unit: 'ms',
  scope: 'recording',
  decimals: 0,
  interval: LIMITS,
  code,
  needs: { beats: 5, rateHz: 250 }
})

/** QT corrected for heart rate by four formulas. */
export const CORRECTED_QT: FeatureDefinition[] = [
  corrected('qt.bazett', {
    name: 'QTc Bazett',
    formula: 'QT / RR^(1/2)',
    reference: 'Bazett HC 1920, Heart 7:353',
    code: LOINC.qtcBazett
  }),
  corrected('qt.fridericia', {
    name: 'QTc Fridericia',
    formula: 'QT / RR^(1/3)',
    reference: 'Fridericia LS 1920, Acta Med Scand 53:469',
    code: LOINC.qtcFridericia
  }),
  corrected('qt.framingham', {
    name: 'QTc Framingham',
    formula: 'QT + 154 (1 - RR)',
    reference: 'Sagie A et al. 1992, Am J Cardiol 70:797',
    code: LOINC.qtcInterval
  }),
  corrected('qt.hodges', {
    name: 'QTc Hodges',
    formula: 'QT + 1.75 (60 / RR - 60)',
    reference: 'Hodges M et al. 1983, J Am Coll Cardiol 1:694',
    code: LOINC.qtcInterval
  })
]
