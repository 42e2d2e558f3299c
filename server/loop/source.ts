import type { Resource } from '@medplum/fhirtypes'
import type { ClosedLoop } from '../../core/closed-loop.ts'
import type { InferenceModule } from '../../core/inference-module.ts'
import type { LeadingResult } from '../../core/leading-result.ts'
import { isLeadingResult, LEADING_SEARCHES } from '../../fhir-profiles/index.ts'

/**
 * Whose predictions are judged: a module of ours, or a score that another system sends. All that the loop knows of either.
 *
 * @example of a score that lies in the record as RiskAssessments of its own method code:
 *     { id: 'vendor-sepsis', title: 'Sepsis score of the vendor', loop, policy: {}, searches: ['RiskAssessment?method=vendor|sepsis'],
 *       leading: (resource) => isVendorSepsis(resource) ? resource : undefined }
 */
export interface LoopSource {
  /** 'pocket-k'; unique over modules and scores, and a label of metrics: letters, digits, '-', '.', '_' and ':' ('score:vendor-ews'). */
  id: string
  title: string
  loop: ClosedLoop
  /** Handed to `loop` with each call. */
  policy: Record<string, unknown>
  /** FHIR searches without page and sort that together find all its leading results; `leading` picks among what they find. */
  searches: readonly string[]
  /** The resource, if it stands for one of its results; whatever its status. */
  leading(resource: Resource): LeadingResult | undefined
  /** Whether it was taken back, where that is more than being entered in error. */
  isWithdrawn?(result: LeadingResult): boolean
  /** Which model said it, where no Device of ours tells (performer, device). */
  modelOf?(result: LeadingResult): LoopModel
}

/** Who said it. Figures are kept apart by the hash: another file is another model. */
export interface LoopModel {
  name: string
  version: string
  /** sha256 of the file; '' of a score whose model nobody sees: then name and version tell it apart. */
  sha256: string
}

/** What tells the models of one source apart: the hash, else name and version. */
export const modelKey = ({ name, version, sha256 }: LoopModel): string => sha256 || `${name}|${version}`

/** Undefined where the module declares no truth. */
export function moduleSource(
  { manifest, loop }: Pick<InferenceModule, 'manifest' | 'loop'>,
  policy: Record<string, unknown>
): LoopSource | undefined {
  if (!loop) return undefined
  return {
    id: manifest.id,
    title: manifest.title,
    loop,
    policy,
    searches: LEADING_SEARCHES.map(({ resourceType, query }) => `${resourceType}?${query.replace(/^&/, '')}`),
    leading: (resource) =>
      isLeadingResult(resource) && resource.method?.coding?.some(({ code }) => code === manifest.id)
        ? resource
        : undefined
  }
}
