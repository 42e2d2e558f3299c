import type { InferenceModule } from '../../../core/inference-module.ts'
import { auditFlips } from './audit-flips.ts'
import { simulatedStays } from './module-stays.ts'
import { moduleTarget } from './module-target.ts'

type Input = { age?: number; sex?: string; race?: string; values?: unknown[] }

/** A module with just what the audit asks of one. */
const moduleOf = (rest: Partial<InferenceModule> = {}): InferenceModule => ({
  manifest: { id: 'test', title: '', contract: 'test/1', models: [], listensTo: [], kind: 'Deterministic-AI' },
  select: async () => [],
  run: async () => ({}),
  toFhir: () => [],
  scores(findings): { refused: string } | Record<string, number> {
    const { refused, death } = findings as { refused?: string; death: number }
    return refused ? { refused } : { death }
  },
  ...rest
})

async function audit(
  run: (input: Input, policy: Record<string, unknown>) => object,
  {
    module = moduleOf(),
    policy = {},
    model
  }: { module?: InferenceModule; policy?: Record<string, unknown>; model?: (role: string) => never } = {}
) {
  const asked: { input: Input; policy: Record<string, unknown> }[] = []
  const runtime = {
    ...(model ? { model } : {}),
    run: async <T>(_id: string, input: unknown, given: Record<string, unknown> = {}): Promise<T> => {
      asked.push({ input: input as Input, policy: given })
      return run(input as Input, given) as T
    }
  }
  const result = await auditFlips(moduleTarget(module, { runtime, policy }), simulatedStays(40, 1), {
    attributes: ['sex', 'race', 'age'],
    draws: 200
  })
  const row = (attribute: string, variant = 'served') =>
    result.rows.find((one) => one.attribute === attribute && one.variant === variant)
  return { result, asked, row }
}

describe('a flip audit of a module', () => {
  test('asks the served path about each stay and its twins, and of each twin changes one attribute', async () => {
    const { asked, result } = await audit(({ age = 0 }) => ({ death: age / 100 }))
    expect(asked).toHaveLength(result.questions.asked)
    const [one, ...others] = asked.filter(({ input }) => input.values === asked[0]?.input.values)
    for (const { input } of others) {
      const changed = (['age', 'sex', 'race'] as const).filter((key) => input[key] !== one?.input[key])
      expect(changed).toHaveLength(1)
    }
  })

  test('finds what an attribute does', async () => {
    const { row } = await audit(({ sex, age = 0 }) => ({ death: 0.2 + (sex === 'female' ? 0.1 : 0) + age / 1000 }))
    expect(row('sex')).toMatchObject({ verdict: 'difference' })
    expect(row('sex')?.mean).toBeCloseTo(0.1, 9)
    expect(row('age')?.mean).toBeCloseTo(0.01, 9)
    expect(row('race')).toMatchObject({ verdict: 'identical answers' })
  })

  test('believes a module that says of its own flips that an attribute is not read', async () => {
    const { row, result } = await audit(({ age = 0 }, { flips }) => ({
      death: age / 100,
      variants: { base: age / 100 },
      // As cap-icu: cases are chosen by sex, the model itself reads age alone.
      ...(flips
        ? {
            flips: [
              { attribute: 'sex', change: 0 },
              { attribute: 'race' },
              { attribute: 'age', change: 0.1, baseChange: 0.1 }
            ]
          }
        : {})
    }))
    expect(row('sex')?.verdict).toBe('identical answers')
    expect(row('sex', 'base')?.verdict).toBe('not informative')
    expect(result.rows.filter(({ attribute }) => attribute === 'race').map(({ verdict }) => verdict)).toEqual(
      result.rows.filter(({ attribute }) => attribute === 'race').map(() => 'not informative')
    )
    expect(row('age', 'base')?.verdict).toBe('difference')
  })

  test('lets only stays as recorded flip by themselves, and a language model never', async () => {
    const own = await audit(() => ({ death: 0.1 }))
    expect(own.asked.filter(({ policy }) => policy['flips'] === true)).toHaveLength(40)
    const policy = { predictor: { kind: 'language-model' } }
    const asked = await audit(() => ({ death: 0.1 }), { policy })
    expect(asked.asked.filter(({ policy: given }) => given['flips'] === true)).toHaveLength(0)
    expect(asked.row('sex')?.verdict).toBe('identical answers')
  })

  test('does not call a model fair to what it is never given: an attribute that only a gate reads', async () => {
    const model = (role: string) =>
      ({ manifest: { inputs: [{ name: 'signal', features: role === 'a' ? ['age'] : [] }] } }) as never
    const module = moduleOf({ manifest: { ...moduleOf().manifest, models: ['a', 'b'] } })
    const still = await audit(() => ({ death: 0.2 }), { module, model })
    expect(still.row('sex')?.verdict).toBe('not informative')
    // A model names it among its columns: it was asked.
    expect(still.row('age')?.verdict).toBe('identical answers')
    // Nothing names it, and yet the answer moves: something reads it.
    const moves = await audit(({ sex }) => ({ death: sex === 'female' ? 0.3 : 0.2 }), { module, model })
    expect(moves.row('sex')?.verdict).toBe('difference')
  })

  test('counts refusals of the module', async () => {
    const { result } = await audit(() => ({ refused: 'data-insufficient' }))
    expect(result.questions).toMatchObject({ answered: 0, refused: { 'data-insufficient': result.questions.asked } })
  })

  test('compares measurements of a module that measures, without a scale', async () => {
    const measures = moduleOf({
      judge: async () => ({ n: 0, patients: 0, positives: 0, metrics: [], baselines: [], refused: [] }),
      scores: () => ({})
    })
    const { result } = await audit(
      ({ sex }) => ({
        measurement: {
          features: [
            { id: 'qt', value: 400 },
            { id: 'ecg-age', lead: 'II', value: sex === 'female' ? 50 : 52 },
            { id: 'pr' }
          ]
        }
      }),
      { module: measures }
    )
    const found = Object.fromEntries(
      result.rows.filter(({ attribute }) => attribute === 'sex').map((row) => [row.variant, row])
    )
    expect(found['qt']?.verdict).toBe('identical answers')
    expect(found['ecg-age II']).toMatchObject({ verdict: 'difference', mean: -2, byBand: [] })
    expect(found['ecg-age II']).not.toHaveProperty('shareAbove')
    expect(found['pr']).toBeUndefined()
  })
})
