import type { BundleEntry } from '@medplum/fhirtypes'
import type { ModuleOutcome, ResultContext } from '../../../../core/inference-module.ts'
import type { EcgomicsFindings, EcgQuality } from '../types.ts'
import { put } from './about.ts'
import { changes } from './changes.ts'
import { conclusion, refusalConclusion } from './conclusion.ts'
import { measurements } from './measurements.ts'
import { panel, refusedPanel } from './panel.ts'
import { qualityObservation } from './quality.ts'
import { featureTable, refusedReportOf, report } from './report.ts'

/**
 * The result as FHIR (specs 01 section 6): a panel with the result's id, its measurements, changes and quality verdict as
 * members, a DiagnosticReport, the feature table. A refusal is panel and report, cancelled, coded, and without any number.
 */
export function toFhir(outcome: ModuleOutcome<EcgomicsFindings>, context: ResultContext): BundleEntry[] {
  if (outcome.kind === 'refusal') return refusal(outcome, context)
  const { findings } = outcome
  return findings.kind === 'refused' ? refusal(findings, context) : result(findings, context)
}

function result(
  { measurement, report: forms, person }: Extract<EcgomicsFindings, { kind: 'measured' }>,
  context: ResultContext
): BundleEntry[] {
  const members = [
    ...measurements(measurement, person, context),
    ...changes(measurement, context),
    qualityObservation(measurement.quality, context)
  ]
  const leading = panel(measurement, members, context)
  const written = { results: [leading, ...members], conclusion: conclusion(measurement) }
  return [leading, ...members, report(written, forms, context), featureTable(forms.csv, context)].map(put)
}

function refusal(
  { code, detail, quality }: { code: string; detail?: string; quality?: EcgQuality },
  context: ResultContext
): BundleEntry[] {
  const leading = refusedPanel(code, context)
  const verdict = quality ? [qualityObservation(quality, context)] : []
  const written = { results: [leading, ...verdict], conclusion: refusalConclusion(code, detail, quality) }
  return [leading, ...verdict, refusedReportOf(code, written, context)].map(put)
}
