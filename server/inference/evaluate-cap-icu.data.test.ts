import capIcu from '../../inference/modules/cap-icu/index.ts'
import { createRuntime, type InferenceRuntime } from '../../inference/runtime/runtime.ts'
import { dataPath, dataTest, haveData } from '../../test/support/data.ts'
import { evaluate } from './evaluate.ts'
import type { Evaluation } from './evaluation.ts'

let runtime: InferenceRuntime | undefined
beforeAll(async () => {
  if (!haveData) return
  const url = new URL('../../inference/modules/cap-icu/index.ts', import.meta.url).href
  runtime = createRuntime({ modules: [{ id: 'cap-icu', url }], roles: capIcu.manifest.models, workers: 2 })
  await runtime.start()
}, 60_000)
afterAll(() => runtime?.stop())

const judge = (dir: string): Promise<Evaluation> => evaluate(capIcu as never, dir, { runtime: runtime!, draws: 200 })

const row = ({ metrics }: Evaluation, name: string, group?: string) =>
  metrics.find((one) => one.name === name && one.group === group)

dataTest(
  'set A, what no training saw: both moments, every baseline, and better than the bedside scores',
  async () => {
    const found = await judge(dataPath('icu', 'challenge2012_set_a'))
    expect(found.model.name).toBe('icu-mortality')
    expect(found.metrics[0]).toMatchObject({ name: 'auroc' })
    // A fifth is held back by the rule of training/cap-icu; some of it is refused for age or missing data.
    const trained = found.refused.find(({ code }) => code === 'training-record')!.n
    expect(trained).toBeGreaterThan(3100)
    expect(found.data.n).toBeGreaterThan(700)
    expect(found.data.n).toBeLessThanOrEqual(4000 - trained)
    for (const name of ['auprc', 'ece', 'auroc.48h', 'eod.sex', 'eod.age', 'abstention', 'flip.age.mean'])
      expect([name, row(found, name)?.value]).toEqual([name, expect.any(Number)])
    for (const group of ['base', 'fair', 'cap']) expect(row(found, 'auroc', group)).toBeDefined()
    expect(new Set(found.baselines.map(({ name }) => name))).toEqual(
      new Set(['constant score', 'SAPS-I', 'SOFA', 'age-sex', 'logistic-15', 'base predictor'])
    )
    // Floors: what must never be lost again, not what was reached (the card says that).
    expect(row(found, 'auroc')!.value).toBeGreaterThan(0.8)
    for (const name of ['SAPS-I', 'SOFA', 'age-sex', 'logistic-15'])
      expect([name, row(found, 'auroc.gain', `served-${name}`)!.ci[0]! > 0]).toEqual([name, true])
  },
  600_000
)

dataTest(
  'SUPPORT2, what no training saw: gaps by race too, and the scores that came with it',
  async () => {
    const found = await judge(dataPath('icu'))
    expect(found.model.name).toBe('icu-mortality-support2')
    expect(found.data).toMatchObject({ name: 'icu', n: found.data.patients })
    expect(found.data.n).toBeGreaterThan(1100)
    expect(row(found, 'eod.race')?.value).toEqual(expect.any(Number))
    expect(row(found, 'auroc', 'race=asian')).toMatchObject({ value: null })
    expect(row(found, 'auroc')!.value).toBeGreaterThan(0.77)
    expect(found.baselines.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['SPS', 'APS', 'SUPPORT model, 2 months', 'age-sex', 'logistic-15'])
    )
  },
  600_000
)
