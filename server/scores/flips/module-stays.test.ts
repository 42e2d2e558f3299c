import type { EvaluationCase, InferenceModule } from '../../../core/inference-module.ts'
import type { CapIcuInput } from '../../../inference/modules/cap-icu/types.ts'
import { auditFlips } from './audit-flips.ts'
import { simulatedStays, staysOfFolder } from './module-stays.ts'
import { moduleTarget } from './module-target.ts'

const moduleOf = (cases: Partial<EvaluationCase>[], rest: Partial<InferenceModule> = {}): InferenceModule => ({
  manifest: { id: 'test', title: '', contract: 'test/1', models: [], listensTo: [], kind: 'Deterministic-AI' },
  select: async () => [],
  run: async () => ({}),
  toFhir: () => [],
  async *dataset() {
    for (const [i, one] of cases.entries())
      yield { recordId: `r${i}`, patientId: `p${i}`, files: [], labels: {}, groups: {}, ...one }
  },
  scores: (findings) => findings as Record<string, number>,
  ...rest
})

const table = (hours: number, rest: Partial<CapIcuInput> = {}): CapIcuInput => ({
  moment: hours === 48 ? '48h' : '24h',
  windowHours: hours,
  age: 60,
  sex: 'female',
  ...rest
})

describe('stays of a labelled folder', () => {
  test('are told apart when one record is judged at two moments', async () => {
    const cases = Array.from({ length: 40 }, (_, i) =>
      [24, 48].map((hours) => ({ recordId: `r${i}`, patientId: `p${i}`, input: table(hours) }))
    ).flat()
    // A score that knows the hours and nothing of sex: any change would be one moment taken for the other.
    const module = moduleOf(cases)
    const runtime = {
      run: async <T>(_id: string, input: unknown): Promise<T> => {
        const { windowHours } = input as CapIcuInput
        return (windowHours === 48 ? { '48h': 0.4 } : { death: 0.2 }) as T
      }
    }
    const stays = await staysOfFolder(module, 'folder', 80)
    expect(new Set(stays.map(({ id }) => id)).size).toBe(80)
    const { rows } = await auditFlips(moduleTarget(module, { runtime, policy: {} }), stays, {
      attributes: ['sex'],
      draws: 100
    })
    expect(rows.map(({ variant, verdict, twins, stays: n }) => [variant, verdict, twins, n])).toEqual([
      ['served', 'identical answers', 40, 40],
      ['served.48h', 'identical answers', 40, 40]
    ])
  })

  test('are the same ones each time, chosen by their record and not by their place', async () => {
    const cases = Array.from({ length: 60 }, (_, i) => ({ recordId: `r${i}`, input: table(24) }))
    const chosen = async (all: typeof cases) => (await staysOfFolder(moduleOf(all), 'folder', 10)).map(({ id }) => id)
    expect(await chosen(cases)).toEqual(await chosen([...cases].reverse()))
    expect(await chosen(cases)).not.toEqual(cases.slice(0, 10).map(({ recordId }) => recordId))
  })

  test('give an age that stands in a row of a table a second time to the twin both times', async () => {
    const [stay] = await staysOfFolder(moduleOf([{ input: table(24, { features: { age: 60, x: 1 } }) }]), 'folder', 5)
    expect(stay?.stay.inputOf({ age: 70, sex: 'male' })).toEqual(
      table(24, { age: 70, sex: 'male', features: { age: 70, x: 1 } })
    )
  })

  test('take sex, race and age from the folder where the input has none', async () => {
    const groups = { sex: 'male', race: 'black', age: '71' }
    const [stay] = await staysOfFolder(moduleOf([{ input: { moment: '24h', windowHours: 24 }, groups }]), 'folder', 5)
    expect(stay?.person).toEqual({ sex: 'male', race: 'black', age: 71 })
  })

  test('are refused by code where there are none', async () => {
    await expect(staysOfFolder(moduleOf([]), 'folder', 5)).rejects.toMatchObject({ reason: 'no-cases' })
    const { dataset: _none, ...without } = moduleOf([])
    await expect(staysOfFolder(without, 'folder', 5)).rejects.toMatchObject({ reason: 'no-dataset' })
  })
})

test('simulated stays are whole, and within the first 24 hours', () => {
  const [one, other] = simulatedStays(2, 5)
  expect(one?.id).toBe('sim-5')
  expect(other?.id).toBe('sim-6')
  const input = one?.stay.inputOf(one.person) as CapIcuInput
  expect(input.values?.every(({ hours }) => hours < 24)).toBe(true)
})
