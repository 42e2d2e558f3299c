import type { FeatureDefinition } from '../../types.ts'
import { AGE_MODEL, NORMAL_CLOUD, PERCENTILES } from '../comparative/norms.ts'
import { AXES } from './axes.ts'
import { CORRECTED_QT } from './corrected-qt.ts'
import { FUNCTIONAL } from './functional.ts'
import { INTERVALS } from './intervals.ts'
import { SOURCE } from './sources.ts'
import { VOLTAGES } from './voltages.ts'

/** Features that are set beside age and sex. */
export const PERCENTILE_OF = [
  'heart.rate',
  'p.duration',
  'pr.interval',
  'qrs.duration',
  'qt.fridericia',
  't.peak-end',
  'qrs.axis',
  't.axis',
  'qrs-t.angle.spatial',
  'voltage.sokolow-lyon',
  'voltage.cornell',
  'vector.qrs',
  'vector.t',
  'hrv.rmssd'
] as const

const BASES = [...INTERVALS, ...CORRECTED_QT, ...AXES, ...VOLTAGES, ...FUNCTIONAL]
const QUANTILES = 'Koenker R, Bassett G 1978, Econometrica 46:33 (quantile regression)'

const { ecg, meanAge } = AGE_MODEL.error
/** Stands in every output that carries the definition: what the estimate is worth. */
const ERROR_SAID = `Mean absolute error ${ecg.mae} years (95 % ${ecg.ci95.join(' to ')}) by cross-validation in ${AGE_MODEL.n.people} people; guessing the mean age errs by ${meanAge.mae}.`

const percentiles = PERCENTILE_OF.map((id): FeatureDefinition => {
  const base = BASES.find((definition) => definition.id === id)!
  return {
    id: `percentile.${id}`,
    dimension: 'comparative',
    name: `${base.name}, percentile`,
    definition: `Where ${base.name} lies among people of the same age and sex with a normal ECG (${PERCENTILES.features[id]!.n} people aged ${PERCENTILES.ages.join(' to ')}); 2.5 and 97.5 mean at or beyond.`,
    formula: 'quantile regression on age and sex, interpolated between the quantiles',
    reference: QUANTILES,
    unit: '%',
    scope: 'recording',
    decimals: 0,
    needs: base.needs
  }
})

const of = (id: string, name: string, definition: string, rest: Partial<FeatureDefinition>): FeatureDefinition => ({
  id,
  dimension: 'comparative',
  name,
  definition,
  reference: SOURCE.own,
  unit: '1',
  scope: 'recording',
  decimals: 1,
  needs: { beats: 5, rateHz: 250 },
  ...rest
})

/** Against people of the same age and sex, and against the cloud of normal tracings. */
export const COMPARATIVE: FeatureDefinition[] = [
  ...percentiles,
  of(
    'ecg-age',
    'ECG age',
    `Age that the measured features speak for, by a ridge regression. ${ERROR_SAID} Interval: 95 % of those errors.`,
    {
      unit: 'a',
      decimals: 0
    }
  ),
  of(
    'ecg-age.gap',
    'ECG age gap',
    `ECG age minus what the regression says on average at that age. ${ERROR_SAID} Interval: 95 % of those errors.`,
    {
      unit: 'a',
      decimals: 0
    }
  ),
  of(
    'normal-cloud.distance',
    'Distance from the normal cloud',
    `Mahalanobis distance of rate, QRS, ST and T features, freed of age and sex, from ${NORMAL_CLOUD.n} normal tracings; covariance shrunk.`,
    {
      reference: 'Ledoit O, Wolf M 2004, J Multivar Anal 88:365',
      formula: 'sqrt((x - m) S^-1 (x - m))'
    }
  ),
  of(
    'normal-cloud.percentile',
    'Distance, percentile',
    'Share of normal tracings that lie nearer to the middle of the cloud (each left out of the cloud it is measured from).',
    {
      unit: '%',
      decimals: 0,
      reference: 'Ledoit O, Wolf M 2004, J Multivar Anal 88:365'
    }
  )
]
