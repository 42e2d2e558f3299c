import type { DiagnosticReport } from '@medplum/fhirtypes'
import type { ResultContext } from '../../../../core/inference-module.ts'
import { refusalCoding, refusedReport, riskReport } from '../../../../fhir-profiles/index.ts'
import { CORE, describe } from '../feature-names.ts'
import type { LanguageExchange } from '../types.ts'
import { METHOD, momentOf, whose } from './about.ts'

/** DiagnosticReport in a doctor's words: the sentences of the run, the risk and what it was made of. */
export function report(
  context: ResultContext,
  { conclusion, results }: { conclusion: string; results: readonly { id: string }[] }
): DiagnosticReport & { id: string } {
  return riskReport({
    id: context.id('report'),
    status: 'preliminary',
    risk: context.resultId,
    order: context.identity.order?.reference,
    code: METHOD,
    about: whose(context),
    at: momentOf(context),
    observations: results.map(({ id }) => id),
    conclusion
  })
}

export interface Refused {
  code: string
  detail?: string
  missing?: readonly string[]
  oru?: boolean
  /** What was asked of a language model in vain. */
  exchange?: LanguageExchange[]
}

export function refusedReportOf(refused: Refused, context: ResultContext): DiagnosticReport & { id: string } {
  const written = report(context, { conclusion: refusalText(refused), results: [] })
  const { status, extension } = refusedReport(refused.code)
  return { ...written, status, extension: [...(written.extension ?? []), ...(extension ?? [])] }
}

function refusalText({ code, missing = [] }: Refused): string {
  const core = missing.filter((key) => CORE.includes(key)).map((key) => describe(key).title)
  return [
    `No estimate: ${refusalCoding(code).display}.`,
    ...(code === 'data-insufficient' && core.length > 0 ? [`Not recorded: ${core.join(', ')}.`] : [])
  ].join(' ')
}
