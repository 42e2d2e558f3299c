import type { EvaluatedCase } from '../../../../core/inference-module.ts'
import { ageBand } from '../../../metrics/cases.ts'
import type { CapIcuFindings, Features, Flip, Variants } from '../types.ts'

/** What was foretold of one stay, and what came of it. */
export interface JudgedStay {
  patient: string
  label: 0 | 1
  role: string
  variants: Variants
  flips: Flip[]
  features: Features
  age?: number
  sex?: string
  groups: Record<string, string>
}

/** The scored stays that have a label, with the age as band of subgroup reports among their groups. */
export function judgedStays(cases: readonly EvaluatedCase<CapIcuFindings>[], label: string): JudgedStay[] {
  return cases.flatMap(({ case: one, findings }): JudgedStay[] => {
    const truth = one.labels[label]
    if (findings.kind !== 'scored' || truth === undefined) return []
    const { age: years, ...groups } = one.groups
    const age = years === undefined ? Number.NaN : Number(years)
    const { role, variants, flips, features } = findings
    return [
      {
        patient: one.patientId,
        label: truth === 1 ? 1 : 0,
        role,
        variants,
        flips,
        features,
        ...(age >= 0 ? { age } : {}),
        ...(groups['sex'] ? { sex: groups['sex'] } : {}),
        groups: age >= 0 ? { ...groups, age: ageBand(age) } : groups
      }
    ]
  })
}
