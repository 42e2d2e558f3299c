import { mulberry32 } from './bootstrap.ts'
import type { GroupedCase } from './cases.ts'
import { shuffle } from './shuffle.ts'

/** Seed of the exchanges, another than that of the draws. */
const SEED = 4004

/**
 * Figures of cases whose groups were exchanged at random: what differences there are when the groups mean nothing. Whole patients
 * exchange, and only with those who had as many cases of either outcome: the share of the ill in each group stays, and the
 * cases of one patient stay together. A patient like whom there is no other keeps the group, which makes the reference err towards
 * finding nothing.
 *
 * @param cell of each case (group-rates.ts: cellsOf)
 * @param of figures of a tally
 * @returns one column [permutations] a figure
 */
export function permutedGaps(
  cases: readonly GroupedCase[],
  { cell, names }: { cell: Uint16Array; names: readonly string[] },
  { permutations, of }: { permutations: number; of(sums: Float64Array): number[] }
): Float64Array[] {
  const strata = strataOf(cases)
  const next = mulberry32(SEED)
  const sums = new Float64Array((names.length + 1) * 4)
  const columns: Float64Array[] = []
  for (let round = 0; round < permutations; round++) {
    sums.fill(0)
    for (const patients of strata) {
      shuffle(patients.givers, next)
      for (const [i, taker] of patients.takers.entries()) {
        const giver = patients.givers[i]!
        // Position by position: positives take the groups of positives.
        for (let j = 0; j < taker.length; j++) sums[(cell[giver[j]!]! & ~3) + (cell[taker[j]!]! & 3)]!++
      }
    }
    for (const [i, value] of of(sums).entries()) {
      columns[i] ??= new Float64Array(permutations)
      columns[i]![round] = value
    }
  }
  return columns
}

/** Patients by how many cases of either outcome they have; each as the places of its cases, positives first. */
function strataOf(cases: readonly GroupedCase[]): { takers: number[][]; givers: number[][] }[] {
  const byPatient = new Map<string, number[]>()
  for (const [i, { patient, label }] of cases.entries()) {
    const own = byPatient.get(patient) ?? []
    if (label === 1) own.unshift(i)
    else own.push(i)
    byPatient.set(patient, own)
  }
  const strata = Map.groupBy(byPatient.values(), (own) => {
    const positives = own.reduce((sum, i) => sum + cases[i]!.label, 0)
    return `${positives}|${own.length}`
  })
  return [...strata.values()].map((takers) => ({ takers, givers: [...takers] }))
}
