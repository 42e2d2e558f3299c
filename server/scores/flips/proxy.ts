import { weightedIntervals } from '../../../inference/metrics/bootstrap.ts'
import { auroc } from '../../../inference/metrics/discrimination.ts'
import { rank, rankedAuroc } from '../../../inference/metrics/ranked.ts'
import { crossFitted, fitRidgeLogistic } from '../../../inference/metrics/ridge-logistic.ts'
import type { Attribute, Demographics } from './twins.ts'

/** Whether the inputs tell an attribute that was never given. */
export interface ProxyRow {
  attribute: Attribute
  /** 'female against male' */
  contrast: string
  stays: number
  /** Of the first group of the contrast. */
  positives: number
  /** How many inputs were looked at: those that are known at all, without the attribute itself. */
  inputs: number
  /** Out-of-fold area under the curve with its interval; absent where a group is too small. One half: the inputs do not tell. */
  auroc?: number
  ci?: [number, number]
  /** Inputs that tell most, by the size of their weight. */
  strongest: string[]
}

export interface ProxyStay {
  id: string
  person: Demographics
  inputs: Record<string, number | null>
}

const FEWEST_IN_GROUP = 20
const STRONGEST = 3
const OLD_YEARS = 65

/**
 * Predicts each attribute from the inputs (ridge logistic regression, five folds by stay). A flip of an attribute that is no
 * input always gives the same answer and says nothing of fairness: what remains is whether the other inputs stand in for it
 * (rules section 12).
 */
export function proxyRows(
  stays: readonly ProxyStay[],
  { attributes, draws }: { attributes: readonly Attribute[]; draws: number }
): ProxyRow[] {
  if (stays.length === 0) return []
  return attributes.flatMap((attribute): ProxyRow[] => {
    if (attribute === 'again') return []
    const { contrast, labelOf } = QUESTION[attribute]
    const labelled = stays.flatMap((stay) => {
      const label = labelOf(stay.person)
      return label === undefined ? [] : [{ ...stay, label }]
    })
    if (labelled.length === 0) return []
    const names = namesOf(labelled, attribute)
    const positives = labelled.filter(({ label }) => label === 1).length
    const row: ProxyRow = {
      attribute,
      contrast,
      stays: labelled.length,
      positives,
      inputs: names.length,
      strongest: []
    }
    if (Math.min(positives, labelled.length - positives) < FEWEST_IN_GROUP || names.length === 0) return [row]
    return [{ ...row, ...judged(labelled, names, draws) }]
  })
}

interface AttributeQuestion {
  contrast: string
  /** Undefined: not recorded. */
  labelOf(person: Demographics): 0 | 1 | undefined
}

const QUESTION: Record<Exclude<Attribute, 'again'>, AttributeQuestion> = {
  sex: { contrast: 'female against male', labelOf: ({ sex }) => isIn(sex, sex === 'female') },
  race: {
    contrast: 'other than white against white',
    labelOf: ({ race }) => isIn(race, race?.toLowerCase() !== 'white')
  },
  age: {
    contrast: `${OLD_YEARS} years or older against younger`,
    labelOf: ({ age }) => isIn(age, (age ?? 0) >= OLD_YEARS)
  }
}

const isIn = (recorded: unknown, isFirst: boolean): 0 | 1 | undefined =>
  recorded === undefined ? undefined : isFirst ? 1 : 0

/** Inputs known of at least one stay, without the attribute itself ('age', 'sex.female'). */
function namesOf(stays: readonly ProxyStay[], attribute: Attribute): string[] {
  const names = new Set(stays.flatMap(({ inputs }) => Object.keys(inputs)))
  return [...names]
    .filter((name) => name !== attribute && !name.startsWith(`${attribute}.`))
    .filter((name) => stays.some(({ inputs }) => (inputs[name] ?? null) !== null))
    .sort()
}

function judged(
  stays: readonly (ProxyStay & { label: 0 | 1 })[],
  names: readonly string[],
  draws: number
): Pick<ProxyRow, 'auroc' | 'ci' | 'strongest'> {
  const rows = stays.map(({ inputs }) => names.map((name) => inputs[name] ?? null))
  const labels = stays.map(({ label }) => label)
  const scores = crossFitted(rows, labels, { groups: stays.map(({ id }) => id) })
  const cases = stays.map(({ id, label }, i) => ({ patient: id, probability: scores[i]!, label }))
  const ranked = rank(cases)
  const [ci] = weightedIntervals(
    stays.map(({ id }) => id),
    (weights) => [rankedAuroc(ranked, weights)],
    draws
  )
  const { weights } = fitRidgeLogistic(rows, labels)
  const strongest = names
    .map((name, j) => ({ name, size: Math.abs(weights[j]!) }))
    .sort((a, b) => b.size - a.size)
    .slice(0, STRONGEST)
  return { auroc: auroc(cases), ci: ci!, strongest: strongest.map(({ name }) => name) }
}
