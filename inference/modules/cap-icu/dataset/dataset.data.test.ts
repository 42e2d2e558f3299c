import { readdirSync, readFileSync } from 'node:fs'
import { sha256 } from '../../../../core/ids.ts'
import type { EvaluationCase } from '../../../../core/inference-module.ts'
import { dataPath, dataTest } from '../../../../test/support/data.ts'
import { dataset, roleFor } from './index.ts'

/** Records of the training of every shipped model whose folder begins so. */
function seenBy(folder: RegExp): Set<string> {
  const models = new URL('../../../models/', import.meta.url)
  const records = readdirSync(models)
    .filter((name) => folder.test(name))
    .map((name) => JSON.parse(readFileSync(new URL(`${name}/training-records.json`, models), 'utf8')) as Listed)
  return new Set(records.flatMap((listed) => listed.records))
}

interface Listed {
  records: string[]
}

/** What is kept apart from all training: the rule of training/cap-icu. */
const isHeldBack = ({ recordId }: EvaluationCase): boolean =>
  Number.parseInt(sha256(`cap-icu|${recordId}`).slice(0, 2), 16) < 51

dataTest(
  'set A: 4,000 stays of which 554 died, each at both moments; none that is held back was trained on',
  async () => {
    const dir = dataPath('icu', 'challenge2012_set_a')
    const training = seenBy(/^icu-mortality-(?:48h-)?1$/)
    const counts = { death: 0, '48h': 0, died: 0, refused: 0, saps: 0, sofa: 0, heldBack: 0, leaked: 0, trained: 0 }
    let values = 0
    for await (const one of dataset(dir)) {
      if (one.refused) counts.refused++
      const label = 'death' in one.labels ? 'death' : '48h'
      counts[label]++
      values += (one.input as { values: unknown[] }).values.length
      const isTrained = training.has(one.sha256!)
      if (label === 'death') {
        counts.died += one.labels['death']!
        counts.saps += one.others!['SAPS-I'] === undefined ? 0 : 1
        counts.sofa += one.others!['SOFA'] === undefined ? 0 : 1
        if (isHeldBack(one)) counts.heldBack++
      }
      if (isTrained) counts.trained++
      if (isTrained && isHeldBack(one)) counts.leaked++
    }
    expect(counts).toMatchObject({ death: 4000, '48h': 4000, died: 554, refused: 0, leaked: 0 })
    // Nearly all that is not held back; a few are refused by the gate (age, too little known).
    expect(counts.trained / (2 * (4000 - counts.heldBack))).toBeGreaterThan(0.98)
    // Outcomes-a.txt, counted with awk: rows whose SAPS-I, and whose SOFA, is not -1.
    expect([counts.saps, counts.sofa]).toEqual([3810, 3856])
    expect(values).toBeGreaterThan(2_000_000)
    expect(await roleFor(dir)).toBe('icu-mortality/1')
  },
  60_000
)

dataTest(
  'SUPPORT2: 6,373 rows of which 1,652 died; none that is held back was trained on',
  async () => {
    const training = seenBy(/^icu-mortality-support2-1$/)
    const races: Record<string, number> = {}
    const counts = { rows: 0, died: 0, refused: 0, male: 0, trained: 0, heldBack: 0, leaked: 0 }
    for await (const one of dataset(dataPath('icu'))) {
      counts.rows++
      counts.died += one.labels['death']!
      if (one.refused) counts.refused++
      if (one.groups['sex'] === 'male') counts.male++
      const race = one.groups['race'] ?? 'unknown'
      races[race] = (races[race] ?? 0) + 1
      const isTrained = training.has(one.sha256!)
      if (isTrained) counts.trained++
      if (isHeldBack(one)) counts.heldBack++
      if (isTrained && isHeldBack(one)) counts.leaked++
    }
    // The data's own description counts them.
    expect(counts).toMatchObject({ rows: 6373, died: 1652, refused: 0, male: 3603, leaked: 0 })
    expect(counts.trained).toBe(6373 - counts.heldBack)
    expect(races).toEqual({ white: 5034, black: 974, hispanic: 203, other: 78, asian: 55, unknown: 29 })
    expect(await roleFor(dataPath('icu'))).toBe('icu-mortality-support2/1')
  },
  60_000
)
