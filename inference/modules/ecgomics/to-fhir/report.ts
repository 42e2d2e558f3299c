import type { Attachment, DiagnosticReport, DocumentReference } from '@medplum/fhirtypes'
import type { ResultContext } from '../../../../core/inference-module.ts'
import { concept, HIS, LOINC, PROFILE, refusedReport } from '../../../../fhir-profiles/index.ts'
import { about, tracings } from './about.ts'
import { TABLE_ROLE } from './codes.ts'

interface Written {
  results: readonly { id: string }[]
  conclusion: string
}

/** HisBundleEcgomicsReport: every Observation of the run, the page as PDF and SVG, the table, fixed sentences. */
export function report(
  { results, conclusion }: Written,
  forms: { svg: string; pdf: Uint8Array; csv: string },
  context: ResultContext
): DiagnosticReport & { id: string } {
  return {
    ...base(context, results),
    status: 'preliminary',
    conclusion,
    presentedForm: [
      attachment('application/pdf', forms.pdf, 'ECG measurements, one page'),
      attachment('image/svg+xml', Buffer.from(forms.svg), 'ECG measurements, one page'),
      attachment('text/csv', Buffer.from(forms.csv), 'ECG feature table')
    ]
  }
}

export function refusedReportOf(
  code: string,
  { results, conclusion }: Written,
  context: ResultContext
): DiagnosticReport & { id: string } {
  return { ...base(context, results), ...refusedReport(code), conclusion }
}

/** The table as a document of its own, where a later tracing and `export` find it (HisBundleFeatureTable). */
export function featureTable(csv: string, context: ResultContext): DocumentReference & { id: string } {
  const { subject, encounter } = about(context)
  return {
    resourceType: 'DocumentReference',
    id: context.id(TABLE_ROLE),
    meta: { profile: [PROFILE.featureTable] },
    status: 'current',
    type: concept(HIS['ecg-feature-table']),
    subject,
    content: [{ attachment: attachment('text/csv', Buffer.from(csv), 'ECG feature table') }],
    context: {
      ...(encounter ? { encounter: [encounter] } : {}),
      related: tracings(context).slice(0, 1)
    }
  }
}

function base(
  context: ResultContext,
  results: readonly { id: string }[]
): Omit<DiagnosticReport, 'status' | 'conclusion'> & { id: string } {
  const { identity } = context
  return {
    resourceType: 'DiagnosticReport',
    id: context.id('report'),
    meta: { profile: [PROFILE.ecgomicsReport] },
    ...(identity.order ? { basedOn: [{ reference: identity.order.reference }] } : {}),
    code: concept(LOINC.ekgStudy),
    ...about(context),
    result: results.map(({ id }) => ({ reference: `Observation/${id}` }))
  }
}

const attachment = (contentType: string, bytes: Uint8Array, title: string): Attachment => ({
  contentType,
  data: Buffer.from(bytes).toString('base64'),
  size: bytes.byteLength,
  title
})
