import type { ModelManifest } from '../../../core/model.ts'
import { isLabel } from './conditions.ts'
import { type Displaying, hiddenReason } from './floor.ts'
import type { Answer } from './infer.ts'
import { benjaminiHochberg, upperTail } from './multiplicity.ts'
import { riskCurve } from './risk.ts'
import { servedBy } from './served.ts'
import type {
  AnyEcgInput,
  ConditionResult,
  HiddenReason,
  LabelReliability,
  LabelsAsset,
  ProfileFindings
} from './types.ts'

/** What the folder of the model says besides the model. */
export interface FolderFacts {
  labels: LabelsAsset
  reliability: ReadonlyMap<string, LabelReliability>
  /** Deciles of what the tracing adds, by label. */
  reference: ReadonlyMap<string, readonly number[]>
  lift: readonly { a: string; b: string; logOddsRatio: number }[]
}

export interface Asking {
  manifest: ModelManifest
  /** site.json overlaid by the policy. */
  site: Record<string, unknown>
  facts: FolderFacts
  displaying: Displaying
  known: NonNullable<AnyEcgInput['known']>
}

type Profile = Pick<
  ProfileFindings,
  'shown' | 'chapters' | 'hidden' | 'scores' | 'ageSexScores' | 'total' | 'calibrated' | 'lift'
>

/** All labels calibrated, those that pass the floor with their figures and risks, the others counted. */
export function profileOf(answer: Answer, { manifest, site, facts, displaying, known }: Asking): Profile {
  const served = servedBy(manifest, answer.keys, site)
  const scores: Record<string, number> = {}
  const ageSexScores: Record<string, number> = {}
  const hidden: Partial<Record<HiddenReason, number>> = {}
  const shown: ConditionResult[] = []
  for (const [i, label] of facts.labels.labels.entries()) {
    const { key } = label
    const probability = served.current(key, answer.current[i]!)
    const ageSexLogit = answer.ageSex?.[i]
    scores[key] = probability
    if (ageSexLogit !== undefined) ageSexScores[key] = served.ageSex(key, ageSexLogit)
    const reliability = facts.reliability.get(key)
    const reason = hiddenReason(label, reliability, displaying)
    if (reason) {
      hidden[reason] = (hidden[reason] ?? 0) + 1
      continue
    }
    const hazard = label.hazard === false ? undefined : answer.hazard?.[i]
    shown.push({
      key,
      label,
      ...(reliability ? { reliability } : {}),
      probability,
      ...(ageSexLogit === undefined ? {} : { ageSex: ageSexScores[key]!, ecgTerm: answer.current[i]! - ageSexLogit }),
      ...(hazard ? { risk: riskCurve(hazard, answer.ageSexHazard?.[i]) } : {}),
      raised: false,
      ...(known.some((coding) => isLabel(label, coding)) ? { recorded: true } : {})
    })
  }
  return {
    shown: mostRaisedFirst(raised(shown, facts.reference)),
    chapters: facts.labels.chapters,
    hidden,
    scores,
    ageSexScores,
    total: facts.labels.labels.length,
    calibrated: served.calibrated,
    lift: liftOf(shown, facts.lift)
  }
}

/** Which of the shown are raised against the reference; one without a reference never is. */
function raised(shown: readonly ConditionResult[], reference: FolderFacts['reference']): ConditionResult[] {
  const judged = shown.flatMap(({ key, ecgTerm }) => {
    const deciles = reference.get(key)
    return deciles && ecgTerm !== undefined ? [{ key, p: upperTail(deciles, ecgTerm) }] : []
  })
  const verdicts = benjaminiHochberg(judged.map(({ p }) => p))
  const isRaised = new Map(judged.map(({ key }, i) => [key, verdicts[i]!]))
  return shown.map((one) => ({ ...one, raised: isRaised.get(one.key) ?? false }))
}

const mostRaisedFirst = (shown: readonly ConditionResult[]): ConditionResult[] =>
  shown.toSorted(
    (a, b) => Number(b.raised) - Number(a.raised) || (b.ecgTerm ?? 0) - (a.ecgTerm ?? 0) || (a.key < b.key ? -1 : 1)
  )

function liftOf(shown: readonly ConditionResult[], pairs: FolderFacts['lift']): ProfileFindings['lift'] {
  const keys = new Set(shown.map(({ key }) => key))
  return pairs
    .filter(({ a, b }) => keys.has(a) && keys.has(b))
    .toSorted((x, y) => Math.abs(y.logOddsRatio) - Math.abs(x.logOddsRatio))
    .slice(0, MAX_PAIRS)
    .map(({ a, b, logOddsRatio }) => ({ a, b, logOddsRatio }))
}

/** Strongest pairs told; the rest is in the folder. */
const MAX_PAIRS = 50
