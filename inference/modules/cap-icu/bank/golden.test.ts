import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SHIPPED_MODELS } from '../../../runtime/runtime.ts'
import { featuresOf } from '../features.ts'
import type { CapIcuInput, CaseBank, Features, Sex } from '../types.ts'
import { correction } from './correct.ts'
import { retrieve } from './retrieve.ts'

interface Simulated {
  input?: CapIcuInput
  columns?: { sex: Sex; race: string }
  features: Features
  /** What training/cap-icu/bank.py finds: the twin that chose the correction. */
  retrieved: { cases: { id: string; similarity: number }[]; shift: number }
}

const json = <T>(...path: string[]): T => JSON.parse(readFileSync(join(SHIPPED_MODELS, ...path), 'utf8')) as T

function inputOf({ input, columns, features }: Simulated): CapIcuInput {
  if (input) return input
  const { sex, race } = columns!
  return { moment: 'request', windowHours: 72, age: features['age']!, sex, ...(race ? { race } : {}), features }
}

test.each(['icu-mortality-1', 'icu-mortality-48h-1', 'icu-mortality-support2-1'])(
  'the bank of %s gives the cases and the shift that training chose it by',
  (folder) => {
    const bank = json<CaseBank>(folder, 'bank.json')
    let given = 0
    for (let i = 0; i < 8; i++) {
      const stay = json<Simulated>(folder, 'golden', `simulated-${i}.json`)
      const input = inputOf(stay)
      const found = retrieve(bank, { input, features: featuresOf(input) }, bank.correction.cases)
      expect(found.map(({ case: { id } }) => id)).toEqual(stay.retrieved.cases.map(({ id }) => id))
      for (const [j, { similarity }] of found.entries()) {
        expect(similarity).toBeCloseTo(stay.retrieved.cases[j]!.similarity, 7)
      }
      expect(correction(found, bank.correction)).toBeCloseTo(stay.retrieved.shift, 7)
      given += found.length
    }
    expect(given).toBeGreaterThan(0)
  }
)
