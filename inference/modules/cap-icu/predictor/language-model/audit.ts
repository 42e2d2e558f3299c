import { createHash } from 'node:crypto'
import type { DocumentReference } from '@medplum/fhirtypes'
import type { ResultContext } from '../../../../../core/inference-module.ts'
import { concept, HIS, PROFILE } from '../../../../../fhir-profiles/index.ts'
import type { LanguageExchange } from '../../types.ts'

/** Role word of the document: its id follows from it. */
export const EXCHANGE_ROLE = 'language-model-exchange'

/**
 * What was asked and answered for one result, for whoever has to account for it later: an answer of a language model cannot
 * be had again. The JSON holds no identifier of the patient; the document around it is the patient's, as every result is.
 *
 * @returns undefined where no language model was asked
 */
export function toAudit(
  exchanges: readonly LanguageExchange[] | undefined,
  context: Pick<ResultContext, 'id' | 'identity' | 'resultId'>
): (DocumentReference & { id: string }) | undefined {
  if (!exchanges?.length) return undefined
  const { identity, resultId } = context
  const bytes = Buffer.from(JSON.stringify({ exchanges }, undefined, 1))
  return {
    resourceType: 'DocumentReference',
    id: context.id(EXCHANGE_ROLE),
    meta: { profile: [PROFILE.languageModelExchange] },
    status: 'current',
    type: concept(HIS['language-model-exchange']),
    subject: { reference: identity.patient },
    content: [
      {
        attachment: {
          contentType: 'application/json',
          data: bytes.toString('base64'),
          size: bytes.byteLength,
          // R4 Attachment.hash is SHA-1.
          hash: createHash('sha1').update(bytes).digest('base64'),
          title: 'Exchange with a language model'
        }
      }
    ],
    context: {
      ...(identity.encounter ? { encounter: [{ reference: identity.encounter }] } : {}),
      related: [{ reference: `RiskAssessment/${resultId}` }]
    }
  }
}
