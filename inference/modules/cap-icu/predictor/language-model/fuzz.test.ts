import fc from 'fast-check'
import { bandOf } from '../../band.ts'
import type { RetrievedCase } from '../../types.ts'
import { readAnswer } from './answer.ts'
import { toldOf } from './facts.ts'
import { foreignWords, holdsIdentifier } from './identifier-guard.ts'
import { OWN_TEXT, promptOf } from './prompt.ts'
import { caseOf, stayOf } from './stay.fixture.ts'

const NAMES = ['gcs.min', 'lactate.max', 'creatinine.max', 'age']

/** Answers that are nearly right: each field right or anything. */
const nearly = fc.record(
  {
    probability: fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.anything()),
    band: fc.oneof(fc.constantFrom('very-low', 'low', 'moderate', 'considerable', 'high', 'very-high'), fc.anything()),
    confidence: fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.anything()),
    key_factors: fc.oneof(
      fc.array(fc.record({ name: fc.constantFrom(...NAMES, 'sex'), effect: fc.constantFrom('raises', 'lowers') }), {
        minLength: 2,
        maxLength: 4
      }),
      fc.anything()
    ),
    reasoning: fc.oneof(fc.string({ unit: 'binary', maxLength: 1300 }), fc.anything())
  },
  { requiredKeys: [] }
)

test('takes no answer but one that keeps every rule, whatever is written', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    nearly.map((answer) => JSON.stringify(answer) ?? ''),
    nearly.map((answer) => `so: \`\`\`json\n${JSON.stringify(answer)}\n\`\`\` well`)
  )
  fc.assert(
    fc.property(texts, (text) => {
      const read = readAnswer(text, NAMES, [])
      if ('fault' in read) return
      const { probability, band, confidence, key_factors, reasoning } = read.answer
      expect(probability >= 0 && probability <= 1 && confidence >= 0 && confidence <= 1).toBe(true)
      expect(band).toBe(bandOf(probability))
      expect(new Set(key_factors.map(({ name }) => name)).size).toBe(3)
      expect(key_factors.every(({ name }) => NAMES.includes(name))).toBe(true)
      expect(reasoning.length).toBeGreaterThan(0)
      expect(reasoning.length).toBeLessThanOrEqual(1200)
      expect(reasoning).not.toMatch(/\p{C}/u)
      expect(Object.keys(read.answer).sort()).toEqual(['band', 'confidence', 'key_factors', 'probability', 'reasoning'])
    }),
    { seed: 20, numRuns: 300 }
  )
  // The rules can be kept.
  expect(readAnswer(JSON.stringify(RIGHT), NAMES, [])).toEqual({ answer: RIGHT })
})

const RIGHT = {
  probability: 0.3,
  band: 'moderate',
  confidence: 0.5,
  key_factors: NAMES.slice(0, 3).map((name) => ({ name, effect: 'raises' })),
  reasoning: 'Low coma score.'
}

test('tells no text of a stay or a case, wherever it stands and whatever it is', () => {
  const planted = fc.string({ unit: 'grapheme', minLength: 3, maxLength: 40 })
  const number = fc.oneof(fc.double(), fc.integer())
  fc.assert(
    fc.property(
      planted,
      fc.dictionary(planted, number, { maxKeys: 5 }),
      fc.dictionary(fc.constantFrom('gcs.min', 'lactate.max', 'ph.min', 'urine.sum', 'crea'), number),
      (text, columns, values) => {
        const foul = text as never
        const stay = stayOf(
          { sex: foul, race: text, unitKind: foul, role: text, features: columns },
          { ...columns, ...values }
        )
        const one = caseOf(1, 0.1)
        const cases: RetrievedCase[] = [{ ...one, case: { ...one.case, race: text, id: text } }]
        const { system, user } = promptOf(toldOf(stay, { sendRace: true }), { variant: 'cap', cases }, true)
        expect(holdsIdentifier(`${system}\n${user}`, foreignWords(stay, cases, OWN_TEXT))).toBe(false)
      }
    ),
    { seed: 20, numRuns: 100 }
  )
})
