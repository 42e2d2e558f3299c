import { basename } from 'node:path'
import { AppError } from '../../../core/errors/app-error.ts'
import type { InferenceModule } from '../../../core/inference-module.ts'
import type { ModelFolder } from '../../../core/model.ts'
import { isCalibrated } from '../../../inference/decision/index.ts'
import type { MeasuredCase } from '../../../inference/metrics/measured-subgroups.ts'
import { siteCuts } from '../../inference/evaluate.ts'
import { judgeCases } from '../../inference/evaluate-cases.ts'
import { judgedRecordings } from '../../inference/evaluate-judge.ts'
import { casesOf, strataOf } from '../../inference/evaluate-rows.ts'
import type { EvaluateOptions } from '../../inference/evaluation.ts'
import type { PublishedReport, ReportProvenance } from '../published.ts'
import { measuredFigures, scoredFigures } from './figures.ts'

export interface FolderReportOptions extends EvaluateOptions {
  /** Default: the module's first. */
  label?: string
  /** As it is printed on the report. */
  command: string
  now(): Date
}

export type FolderReport = (complementary: boolean) => PublishedReport

/**
 * The subgroup report of a module on a labelled folder: the cases that `hisbundle evaluate` judges, on the same path.
 * A module that measures is reported by its differences from the people's marks.
 *
 * @returns judged once, the report as often as it is asked for: for the house, or with its hidden counts completed
 * @throws AppError BAD_REQUEST reason `no-dataset`, `no-cases` or `no-label`; MODEL_UNAVAILABLE, MODEL_CHANGED
 */
export async function folderReport(
  module: InferenceModule,
  dir: string,
  options: FolderReportOptions
): Promise<FolderReport> {
  return module.judge ? ofMeasurements(module, dir, options) : ofScores(module, dir, options)
}

async function ofScores(module: InferenceModule, dir: string, options: FolderReportOptions): Promise<FolderReport> {
  if (!module.dataset || !module.scores) throw new AppError('BAD_REQUEST', { reason: 'no-dataset' })
  const { draws = 2000 } = options
  const folder = options.runtime.model((await module.roleFor?.(dir)) ?? module.manifest.models[0]!)
  const { judged, refused, abstained, labels: named } = await judgeCases(module, dir, options)
  if (judged.length === 0 && refused.size === 0) throw new AppError('BAD_REQUEST', { reason: 'no-cases' })
  const labels = named.filter((key) => judged.some(({ scores, one }) => key in scores && key in one.labels))
  const label = options.label ?? labels[0]
  if (label === undefined || !labels.includes(label)) throw new AppError('BAD_REQUEST', { reason: 'no-label' })
  const cases = casesOf(judged, label)
  const site = { ...folder.site, ...options.policy }
  const threshold = siteCuts(module, judged, site)(label)
  // What nobody has calibrated is a score, and has no calibration to be judged.
  const kind = isCalibrated({ label, manifest: folder.manifest, site }) ? 'probability' : 'score'
  const provenance = {
    ...about(module, dir, options),
    model: label === labels[0] ? modelOf(folder) : { name: module.manifest.models.join(', '), version: '', sha256: '' },
    patients: new Set(cases.map(({ patient }) => patient)).size,
    refused: [...refused].map(([code, n]) => ({ code, n })).sort((a, b) => (a.code < b.code ? -1 : 1))
  }
  const refusedCases = abstained
    .filter((one) => label in one.labels)
    .map(({ patientId, groups }) => ({ patient: patientId, groups: strataOf(groups) }))
  return (complementary) => ({
    provenance,
    ...scoredFigures({
      label,
      kind,
      cases,
      draws,
      complementary,
      threshold,
      refused: refusedCases
    })
  })
}

/** A further label may be another model's: only the leading one is known to be of this folder. */
const modelOf = ({ manifest: { name, version, sha256 } }: ModelFolder) => ({ name, version, sha256 })

async function ofMeasurements(
  module: InferenceModule,
  dir: string,
  options: FolderReportOptions
): Promise<FolderReport> {
  const { draws = 2000 } = options
  const { judged, model, refused, data } = await judgedRecordings(module, dir, options)
  const measured = judged.differences ?? []
  const label = options.label ?? measured[0]?.label
  const own = measured.filter((one) => one.label === label)
  if (label === undefined || own.length === 0) throw new AppError('BAD_REQUEST', { reason: 'no-label' })
  const provenance = {
    ...about(module, dir, options),
    data: `${data} (folder)`,
    model,
    patients: new Set(own.map(({ patientId }) => patientId)).size,
    refused
  }
  const cases = own.map(
    ({ patientId, difference, groups }): MeasuredCase => ({ patient: patientId, difference, groups })
  )
  return (complementary) => ({
    provenance,
    ...measuredFigures({ label, unit: own[0]!.unit, measured: cases, draws, complementary })
  })
}

const about = (
  { manifest }: InferenceModule,
  dir: string,
  { command, now, includeTraining }: FolderReportOptions
): Pick<ReportProvenance, 'module' | 'title' | 'data' | 'command' | 'madeAt'> => ({
  module: manifest.id,
  title: manifest.title,
  data: `${basename(dir)} (folder${includeTraining ? ', training records included' : ''})`,
  command,
  madeAt: now().toISOString()
})
