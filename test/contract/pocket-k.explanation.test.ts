import type { PocketKFindings, PocketKInput } from '../../inference/modules/pocket-k/types.ts'
import { createRuntime, type InferenceRuntime } from '../../inference/runtime/runtime.ts'
import { simulateEcg } from '../../server/demo/simulate/ecg.ts'

type Scored = Extract<PocketKFindings, { kind: 'scored' }>

const CASES = 20

let runtime: InferenceRuntime
beforeAll(async () => {
  const url = new URL('../../inference/modules/pocket-k/index.ts', import.meta.url).href
  runtime = createRuntime({ modules: [{ id: 'pocket-k', url }], roles: ['pocket-k/1'], workers: 1 })
  await runtime.start()
})
afterAll(() => runtime.stop())

/** The demo's simulated Lead I: at a high potassium the T wave grows and narrows, and nothing else changes. */
async function explained(seed: number, potassium: number, referenceSeed?: number): Promise<Scored> {
  const lead = (of: Parameters<typeof simulateEcg>[0]) => {
    const { samples, rateHz } = simulateEcg({ heartRate: 55 + 2 * seed, ...of })
    return { samples: samples[0]!, rateHz, unit: 'mV' }
  }
  const input: PocketKInput = {
    lead: lead({ seed, potassium }),
    age: 60,
    ...(referenceSeed === undefined
      ? {}
      : { reference: { ecg: 'Observation/then/_history/1', lead: lead({ seed: referenceSeed }) } })
  }
  const found = await runtime.run<PocketKFindings>('pocket-k', input)
  if (found.kind !== 'scored') throw new Error(`refused: ${found.code}`)
  return found
}

// Specs README section I: on simulated cases the planted segment ranks first in at least 80 %.
test('the shipped model names the T wave, which is all that was changed', async () => {
  const first = new Map<string | undefined, number>()
  for (let seed = 1; seed <= CASES; seed++) {
    const [part] = (await explained(seed, 7.5)).occlusion
    first.set(part?.segment, (first.get(part?.segment) ?? 0) + 1)
  }
  expect(first.get('t') ?? 0).toBeGreaterThanOrEqual(0.8 * CASES)
})

test('beside the own reference it names the change of T, and of nothing else as much', async () => {
  let first = 0
  for (let seed = 1; seed <= CASES / 2; seed++) {
    const [part] = (await explained(seed, 7.5, seed + CASES)).occlusion
    if (part?.segment === 't' && part.usual && part.drop > 0) first++
  }
  expect(first).toBeGreaterThanOrEqual(0.8 * (CASES / 2))
})

test('it names the T wave with its measured height and width', async () => {
  const { explanation } = await explained(3, 7.5)
  expect(explanation.join(' ')).toMatch(
    /T wave, Lead I, amplitude 0\.\d\d mV, width \d+ ms \(raises the logit by \d\.\d\)/
  )
})
