import { createHash } from 'node:crypto'
import type { ResultContext } from '../../../../../core/inference-module.ts'
import { labelAi } from '../../../../../fhir-profiles/builders/ai-label.ts'
import { conformanceChecker } from '../../../../../fhir-profiles/conformance.ts'
import { PROFILE } from '../../../../../fhir-profiles/index.ts'
import type { LanguageExchange } from '../../types.ts'
import { newExchange } from './ask.ts'
import { toAudit } from './audit.ts'
import { toldOf } from './facts.ts'
import { promptOf } from './prompt.ts'
import { stayOf } from './stay.fixture.ts'

const context: Pick<ResultContext, 'id' | 'identity' | 'resultId'> = {
  id: (role) => `id-${role}`,
  resultId: 'r1',
  identity: {
    patient: 'Patient/p1',
    patientAtFirstWrite: 'Patient/p1',
    encounter: 'Encounter/e1',
    tracing: 't1',
    basis: ['Observation/o1/_history/1']
  }
}

function exchange(): LanguageExchange {
  const prompt = promptOf(toldOf(stayOf(), { sendRace: false }), { variant: 'base', cases: [] }, false)
  return { ...newExchange('base', 'm', prompt), attempts: [{ outcome: 'rejected', code: 'timeout', ms: 30 }] }
}

test('keeps the whole exchange as one labelled document about the result, which conforms to its profile', () => {
  const asked = exchange()
  const document = labelAi(toAudit([asked], context)!, 'real')
  expect(conformanceChecker()(document, PROFILE.languageModelExchange)).toEqual([])
  expect(document).toMatchObject({
    id: 'id-language-model-exchange',
    subject: { reference: 'Patient/p1' },
    context: { encounter: [{ reference: 'Encounter/e1' }], related: [{ reference: 'RiskAssessment/r1' }] }
  })
  const { data, hash, size } = document.content[0]!.attachment
  const bytes = Buffer.from(data!, 'base64')
  expect(JSON.parse(bytes.toString())).toEqual({ exchanges: [asked] })
  expect(hash).toBe(createHash('sha1').update(bytes).digest('base64'))
  expect(size).toBe(bytes.length)
})

test('names in it the words by their sha256, and nobody', () => {
  const asked = exchange()
  expect(asked.promptSha256).toBe(createHash('sha256').update(asked.prompt).digest('hex'))
  const inside = Buffer.from(toAudit([asked], context)!.content[0]!.attachment.data!, 'base64').toString()
  expect(inside).not.toMatch(/(?:Patient|Encounter|Observation|RiskAssessment)\//)
})

test('makes no document where no language model was asked', () => {
  expect(toAudit(undefined, context)).toBeUndefined()
  expect(toAudit([], context)).toBeUndefined()
})
