import type { Observation, Resource } from '@medplum/fhirtypes'
import type { ChangeEvent } from '../../core/changes.ts'
import type { FhirStore } from '../../core/fhir-store.ts'
import { uuidV5 } from '../../core/ids.ts'
import type { InferenceModule } from '../../core/inference-module.ts'
import type { RecordReader } from '../../core/record.ts'
import type { Suggestion } from '../../core/suggestion.ts'
import {
  isFor,
  isProposalOf,
  names,
  newProposal,
  type Proposal,
  proposalId,
  type Reason,
  reasonReference,
  wasWithdrawn,
  withoutReason,
  withReason,
  wordedAnew
} from './proposal.ts'

interface Entry {
  module: InferenceModule
  mode: () => 'off' | 'shadow' | 'advisory'
  policy: Record<string, unknown>
}

export interface ProposalDeps {
  store: FhirStore
  modules: readonly Entry[]
  reader(): RecordReader
  clock: () => Date
}

const CAUSE = { kind: 'alert' as const }
/** Proposals of one patient looked at, the latest written: a long stay. */
const MAX_PROPOSALS = 200
/** What no longer counts as a reason. */
const GONE: readonly string[] = ['entered-in-error', 'cancelled']

/**
 * Tests that modules propose, as ServiceRequests with intent `proposal` (core/suggestion.ts). Told of each result and of each
 * recorded change, in whatever order and however often: the ids are those of the reasons, so that the same state comes out.
 *
 * Of one patient, module and test one proposal is open at a time; a further reason joins it. It is withdrawn with its last
 * reason and opened again when one comes back. What a person closed stays closed for the same reason.
 */
export function createProposals({ store, modules, reader, clock }: ProposalDeps) {
  const active = () =>
    modules.flatMap(({ module, mode, policy }) =>
      mode() === 'advisory' && module.suggestions?.isOn(policy)
        ? [{ id: module.manifest.id, suggestions: module.suggestions, policy }]
        : []
    )

  const contextOf = (policy: Record<string, unknown>) => ({ record: reader(), policy, now: clock().toISOString() })

  /** Makes the proposals of one reason what they should be; its patient is held. */
  async function reconcile(
    { id, suggestions, policy }: ReturnType<typeof active>[number],
    reason: Reason,
    mayPropose: boolean
  ): Promise<void> {
    const patient = reason.subject?.reference
    if (!patient) return
    // A potassium that was cancelled asks by that very status: only a result is gone with it.
    const isGone = reason.resourceType === 'RiskAssessment' && GONE.includes(reason.status)
    const wanted = mayPropose && !isGone ? await suggestions.of(reason, contextOf(policy)) : []
    const stored = (
      await store.search<Proposal>(
        `ServiceRequest?patient=${patient}&intent=proposal&_sort=-_lastUpdated&_count=${MAX_PROPOSALS}`
      )
    ).filter((one) => isProposalOf(one, id))
    const reference = reasonReference(reason)
    for (const suggestion of wanted) await raise(id, reason, { suggestion, stored })
    for (const proposal of stored) {
      const isWanted = wanted.some((one) => isFor(proposal, one))
      if (proposal.status === 'active' && names(proposal, reference) && !isWanted)
        await write(withoutReason(proposal, reference))
    }
  }

  async function raise(
    module: string,
    reason: Reason,
    { suggestion, stored }: { suggestion: Suggestion; stored: readonly Proposal[] }
  ): Promise<void> {
    const same = stored.filter((one) => isFor(one, suggestion))
    const reference = reasonReference(reason)
    const open = same.find(({ status }) => status === 'active')
    const own = same.find(({ id }) => id === proposalId(module, reason, suggestion))
    if (open && names(open, reference)) {
      const anew = open === own ? wordedAnew(open, suggestion) : undefined
      return anew && write(anew)
    }
    if (own && own.status !== 'active' && !wasWithdrawn(own)) return
    if (open) return write(withReason(open, reference))
    const fresh = newProposal({ module, reason, suggestion, report: await reportOf(reason), now: clock() })
    await write(own ? { ...fresh, meta: { ...fresh.meta, versionId: own.meta?.versionId } } : fresh)
  }

  /** The report that every result is written with (ResultContext.id). */
  async function reportOf(reason: Reason): Promise<string | undefined> {
    if (reason.resourceType !== 'RiskAssessment') return undefined
    const id = uuidV5(reason.id, 'report')
    return (await store.read('DiagnosticReport', id)) ? id : undefined
  }

  async function write(proposal: Proposal): Promise<void> {
    const { versionId } = proposal.meta ?? {}
    await store.write([{ resource: proposal, ...(versionId ? { ifMatch: versionId } : {}) }], CAUSE)
  }

  return {
    /** A result of a module was written: what it calls for now. Called with its patient held. */
    async onResult(result: Resource & { id: string }, module: string | undefined, mayPropose: boolean): Promise<void> {
      const entry = active().find(({ id }) => id === module)
      if (entry && isReason(result)) await reconcile(entry, result, mayPropose)
    },
    /** References whose proposals a recorded change may bring or end, by module. */
    async reasonsOf(change: ChangeEvent): Promise<{ module: string; reference: string }[]> {
      const found: { module: string; reference: string }[] = []
      for (const { id, suggestions, policy } of active()) {
        const references = await suggestions.reasons(change, contextOf(policy))
        found.push(...[...new Set(references)].map((reference) => ({ module: id, reference })))
      }
      return found
    }
  }
}

const isReason = (resource: Resource): resource is Reason & Observation =>
  resource.resourceType === 'RiskAssessment' || resource.resourceType === 'Observation'
