import type { Attachment, DiagnosticReport } from '@medplum/fhirtypes'
import type { ResultContext } from '../../../../core/inference-module.ts'
import { refusalCoding, refusedReport, riskReport } from '../../../../fhir-profiles/index.ts'
import type { ProfileFindings, ProfileQuality } from '../types.ts'
import { about, acquiredAt } from './about.ts'
import { METHOD } from './codes.ts'

const TITLE = 'Risk by year, beside that of age and sex alone'

/** DiagnosticReport: the summary by organ system, with the curves as PDF and SVG where there are any. */
export function report(
  { explanation, drawing }: ProfileFindings,
  results: readonly { id: string }[],
  context: ResultContext
): DiagnosticReport & { id: string } {
  const written = base(context, results, { status: 'preliminary', conclusion: explanation.join('\n') })
  if (!drawing) return written
  return {
    ...written,
    presentedForm: [attachment('application/pdf', drawing.pdf), attachment('image/svg+xml', Buffer.from(drawing.svg))]
  }
}

export function refusedReportOf(
  { code, detail, quality }: { code: string; detail?: string; quality?: ProfileQuality },
  results: readonly { id: string }[],
  context: ResultContext
): DiagnosticReport & { id: string } {
  const conclusion = [
    `No profile: ${refusalCoding(code).display}.`,
    ...(detail === 'order-timeout' ? ['No usable ECG came in the time allowed.'] : []),
    ...(quality && quality.reasons.length > 0 ? [`Signal: ${quality.reasons.join(', ')}.`] : []),
    'Not for clinical use.'
  ].join(' ')
  const { status, extension } = refusedReport(code)
  const written = base(context, results, { status, conclusion })
  return { ...written, extension: [...(written.extension ?? []), ...(extension ?? [])] }
}

const base = (
  context: ResultContext,
  results: readonly { id: string }[],
  { status, conclusion }: { status: DiagnosticReport['status']; conclusion: string }
): DiagnosticReport & { id: string } =>
  riskReport({
    id: context.id('report'),
    status,
    risk: context.resultId,
    order: context.identity.order?.reference,
    code: METHOD,
    about: about(context),
    at: acquiredAt(context),
    observations: results.map(({ id }) => id),
    conclusion
  })

const attachment = (contentType: string, bytes: Uint8Array): Attachment => ({
  contentType,
  data: Buffer.from(bytes).toString('base64'),
  size: bytes.byteLength,
  title: TITLE
})
