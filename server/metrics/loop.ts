import type { Registry } from 'prom-client'
import { type Snapshot, type SnapshotRow, shownFigure } from '../loop/snapshot.ts'
import { sampledGauge } from './instruments.ts'

const LABELS = ['module', 'label', 'model'] as const

/** Figures that are shown from 30 positives on. */
const FIGURES: readonly [name: string, figure: string, help: string][] = [
  ['hisbundle_model_auroc', 'auroc', 'Area under the ROC curve of what came true.'],
  ['hisbundle_model_auprc', 'auprc', 'Area under the precision-recall curve of what came true.'],
  ['hisbundle_model_brier', 'brier', 'Mean squared difference of probability and outcome.'],
  ['hisbundle_model_ece', 'ece', 'Expected calibration error, ten bins of equal mass.'],
  ['hisbundle_model_calibration_slope', 'calibration.slope', 'Calibration slope; 1 is perfect.'],
  ['hisbundle_model_calibration_intercept', 'calibration.intercept', 'Calibration in the large; 0 is perfect.'],
  ['hisbundle_model_prevalence', 'prevalence', 'Share of the judged that came true.'],
  ['hisbundle_model_sensitivity', 'sensitivity', 'Sensitivity at the cut.'],
  ['hisbundle_model_specificity', 'specificity', 'Specificity at the cut.'],
  ['hisbundle_model_ppv', 'ppv', 'Positive predictive value at the cut; read it beside prevalence.'],
  ['hisbundle_model_npv', 'npv', 'Negative predictive value at the cut; read it beside prevalence and ruled_out.'],
  ['hisbundle_model_ruled_out', 'ruledOut', 'Share of the judged that lie below the cut.']
]

const COUNTS: readonly [name: string, help: string, value: (row: SnapshotRow) => number | null][] = [
  ['hisbundle_model_predictions', 'Predictions that stand.', ({ model }) => model.predictions],
  ['hisbundle_model_pairs', 'Predictions that got a truth.', ({ model }) => model.pairs],
  ['hisbundle_model_refused', 'Results that say why there is no prediction.', ({ model }) => model.refused],
  ['hisbundle_model_verification', 'Share of predictions that got a truth.', ({ model }) => model.verified],
  [
    'hisbundle_model_bias',
    'Mean difference to the truth of a measurement.',
    ({ model }) => model.agreement?.bias?.value ?? null
  ],
  [
    'hisbundle_model_difference_sd',
    'Standard deviation of that difference.',
    ({ model }) => model.agreement?.sd?.value ?? null
  ]
]

/** How every model does, and what the last look at drift found. Label values come from our configuration and model files. */
export function loopMetrics(registry: Registry, snapshot: Snapshot): void {
  const gauge = (name: string, help: string, value: (row: SnapshotRow) => number | null): void =>
    sampledGauge(registry, {
      name,
      help,
      labelNames: LABELS,
      read: () =>
        snapshot.rows().flatMap((row) => {
          const found = value(row)
          return found === null
            ? []
            : [{ labels: { module: row.module, label: row.label, model: nameOf(row.model.model) }, value: found }]
        })
    })
  for (const [name, figure, help] of FIGURES) gauge(name, help, (row) => shownFigure(row, figure))
  for (const [name, help, value] of COUNTS) gauge(name, help, value)
  sampledGauge(registry, {
    name: 'hisbundle_model_psi',
    help: 'Population stability index of the last week looked at, by input.',
    labelNames: ['module', 'model', 'input'],
    read: () =>
      (snapshot.checked()?.sources ?? []).flatMap(({ source, model, inputs }) =>
        inputs.flatMap(({ name, psi }) =>
          psi === null ? [] : [{ labels: { module: source, model: nameOf(model), input: name }, value: psi }]
        )
      )
  })
  sampledGauge(registry, {
    name: 'hisbundle_model_cusum',
    help: 'Where the calibration chart stands, as a share of its limit; a signal above 1.',
    labelNames: ['module', 'label', 'direction'],
    read: () =>
      (snapshot.checked()?.sources ?? []).flatMap(({ source, labels }) =>
        labels.flatMap(({ label, charts }) =>
          charts.map(({ direction, highest, limit }) => ({
            labels: { module: source, label, direction },
            value: highest / limit
          }))
        )
      )
  })
}

const nameOf = ({ name, version }: { name: string; version: string }): string => `${name} ${version}`.trim()
