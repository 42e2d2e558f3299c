import type { Coding, Extension, Observation, Reference, RiskAssessment, ServiceRequest } from '@medplum/fhirtypes'
import { uuidV5 } from '../../core/ids.ts'
import type { Suggestion } from '../../core/suggestion.ts'
import { CODE_SYSTEM, EXTENSION, HIS, OBSERVATION_VALUE, PROFILE } from '../../fhir-profiles/index.ts'

export type Proposal = ServiceRequest & { id: string }
/** What may call for a proposal: a result, or a record of others. */
export type Reason = (RiskAssessment | Observation) & { id: string }

/** Stands in a proposal that was withdrawn here; one that a person revoked has no such note and is left alone. */
const WITHDRAWN = 'Withdrawn: what called for it no longer stands, or the test has come.'

export const reasonReference = ({ resourceType, id }: Reason): string => `${resourceType}/${id}`

/** The same for the same reason, module and test, however often it is asked. */
export const proposalId = (module: string, reason: Reason, { code }: Suggestion): string =>
  uuidV5('proposal', module, reasonReference(reason), tokenOf(code.coding?.[0]))

export interface NewProposal {
  module: string
  reason: Reason
  suggestion: Suggestion
  /** Id of the DiagnosticReport of a result. */
  report?: string
  now: Date
}

/** ServiceRequest with intent `proposal` (HisBundleProposal): what a result calls for carries that result's label and marks. */
export function newProposal({ module, reason, suggestion, report, now }: NewProposal): Proposal {
  const ai = (reason.extension ?? []).filter(({ url }) => url === EXTENSION.researchOnly)
  const origin = (reason.extension ?? []).filter(({ url }) => url === EXTENSION.originalSubject)
  const device = reason.resourceType === 'RiskAssessment' ? reason.performer : undefined
  const tag = reason.meta?.tag
  return {
    resourceType: 'ServiceRequest',
    id: proposalId(module, reason, suggestion),
    meta: {
      profile: [PROFILE.proposal],
      ...(device ? { security: [{ ...OBSERVATION_VALUE.aiAsserted }] } : {}),
      ...(tag ? { tag } : {})
    },
    extension: [...ai, ...origin] as Extension[],
    status: 'active',
    intent: 'proposal',
    priority: suggestion.priority,
    category: [{ coding: [moduleCoding(module)] }],
    code: suggestion.code,
    subject: reason.subject as Reference<never>,
    ...(reason.encounter ? { encounter: reason.encounter } : {}),
    authoredOn: now.toISOString(),
    ...(device ? { requester: device as Reference<never> } : {}),
    // R4 lets reasonReference name no RiskAssessment: its report stands there.
    ...(reason.resourceType === 'Observation' ? { reasonReference: [{ reference: reasonReference(reason) }] } : {}),
    ...(report ? { reasonReference: [{ reference: `DiagnosticReport/${report}` }] } : {}),
    supportingInfo: [{ reference: reasonReference(reason) }],
    note: [{ text: suggestion.text }, ...ai.flatMap(({ valueString }) => (valueString ? [{ text: valueString }] : []))]
  }
}

const moduleCoding = (module: string): Coding =>
  module in HIS ? { ...HIS[module as keyof typeof HIS] } : { system: CODE_SYSTEM.concepts, code: module }

export const isProposalOf = ({ intent, category }: ServiceRequest, module: string): boolean =>
  intent === 'proposal' &&
  (category?.some(({ coding }) =>
    coding?.some(({ system, code }) => system === CODE_SYSTEM.concepts && code === module)
  ) ??
    false)

/** Whether it proposes the same test. */
export const isFor = (proposal: ServiceRequest, { code }: Suggestion): boolean =>
  tokenOf(proposal.code?.coding?.[0]) === tokenOf(code.coding?.[0])

export const names = (proposal: ServiceRequest, reason: string): boolean =>
  proposal.supportingInfo?.some(({ reference }) => reference === reason) ?? false

/** The same proposal as its own reason words it now; undefined where that changed nothing. */
export function wordedAnew(proposal: Proposal, { code, priority, text }: Suggestion): Proposal | undefined {
  const [said, ...others] = proposal.note ?? []
  const isSame =
    said?.text === text && proposal.priority === priority && JSON.stringify(proposal.code) === JSON.stringify(code)
  return isSame ? undefined : { ...proposal, code, priority, note: [{ text }, ...others] }
}

/** A further reason for what is proposed already. */
export const withReason = (proposal: Proposal, reason: string): Proposal => ({
  ...proposal,
  supportingInfo: [...(proposal.supportingInfo ?? []), { reference: reason }]
})

/** Without one of its reasons; without any it is withdrawn, and keeps the last as its history. */
export function withoutReason(proposal: Proposal, reason: string): Proposal {
  const left = proposal.supportingInfo?.filter(({ reference }) => reference !== reason) ?? []
  if (left.length > 0) return { ...proposal, supportingInfo: left }
  return { ...proposal, status: 'revoked', note: [...(proposal.note ?? []), { text: WITHDRAWN }] }
}

export const wasWithdrawn = ({ status, note }: ServiceRequest): boolean =>
  status === 'revoked' && (note?.some(({ text }) => text === WITHDRAWN) ?? false)

const tokenOf = (coding: Coding | undefined): string => `${coding?.system ?? ''}|${coding?.code ?? ''}`
