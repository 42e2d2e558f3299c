/** What a number of a report means; one FHIR Measure each. */
export interface MetricText {
  title: string
  /** Head of a column or panel. */
  short: string
  description: string
  /** Fraction of 1, log odds, or the unit of the measurement. */
  scale: 'fraction' | 'logit' | 'slope' | 'unit'
  /** Where nothing is wrong; absent: there is no such value. */
  ideal?: number
}

const rate = (title: string, short: string, description: string): MetricText => ({
  title,
  short,
  description,
  scale: 'fraction'
})

/** By the name under which inference/metrics gives it. */
export const METRICS: Readonly<Record<string, MetricText>> = Object.freeze({
  prevalence: rate('Prevalence', 'Prevalence', 'Share of the judged cases in which it came true.'),
  auroc: rate(
    'Area under the ROC curve',
    'AUROC',
    'Probability that a case in which it came true was given a higher number than one in which it did not; .5 is chance. It compares cases within a group and says nothing of the threshold.'
  ),
  auprc: rate(
    'Area under the precision-recall curve',
    'AUPRC',
    'Average precision; chance gives the prevalence of the group, so it must not be compared between groups of different prevalence.'
  ),
  sensitivity: rate(
    'Sensitivity',
    'Sensitivity',
    'Share found at the threshold among those in whom it came true (TPR).'
  ),
  fpr: rate(
    'False-positive rate',
    'False-positive rate',
    'Share called positive among those in whom it did not come true.'
  ),
  ppv: rate('Positive predictive value', 'PPV', 'Share in whom it came true among those called positive.'),
  npv: rate(
    'Negative predictive value',
    'NPV',
    'Share in whom it did not come true among those called negative; read it beside prevalence and sensitivity.'
  ),
  'calibration.intercept': {
    title: 'Calibration in the large',
    short: 'Calibration',
    description:
      'Log odds by which more came true than was said, with the slope held at 1: above 0 said too low, below 0 too high.',
    scale: 'logit',
    ideal: 0
  },
  'calibration.slope': {
    title: 'Calibration slope',
    short: 'Slope',
    description: 'Slope of what came true on the log odds that were said: below 1 the numbers are too extreme.',
    scale: 'slope',
    ideal: 1
  },
  ece: rate('Expected calibration error', 'ECE', 'Mean distance of said and seen over ten bins of equal mass.'),
  abstention: rate('Abstention rate', 'Abstention', 'Share of those asked about that were refused.'),
  bias: {
    title: 'Mean difference from the reference',
    short: 'Bias',
    description: 'Mean of ours minus the reference.',
    scale: 'unit',
    ideal: 0
  },
  sd: {
    title: 'Standard deviation of the difference',
    short: 'SD',
    description: 'Spread of ours minus the reference.',
    scale: 'unit'
  },
  meanAbsolute: {
    title: 'Mean absolute difference',
    short: 'Absolute',
    description: 'Mean size of ours minus the reference, whatever its sign.',
    scale: 'unit'
  },
  equalOpportunity: rate(
    'Equal-opportunity difference',
    'Equal opportunity',
    'Largest minus smallest sensitivity between groups.'
  ),
  equalizedOdds: rate(
    'Equalised-odds difference',
    'Equalised odds',
    'The larger of the differences of sensitivity and of false-positive rate.'
  ),
  demographicParity: rate(
    'Demographic-parity difference',
    'Demographic parity',
    'Largest minus smallest share called positive; groups of which more fall ill differ here without any unfairness.'
  )
})

/** Text of a metric, also of one that the table does not know. */
export const metricText = (name: string): MetricText => METRICS[name] ?? rate(name, name, name)
