import { retrieve } from '../../../inference/modules/cap-icu/bank/retrieve.ts'
import { featuresOf } from '../../../inference/modules/cap-icu/features.ts'
import { ROLE_24H } from '../../../inference/modules/cap-icu/manifest.ts'
import type { BankCase, CapIcuFindings, CapIcuInput, CaseBank } from '../../../inference/modules/cap-icu/types.ts'
import { createRuntime, type InferenceRuntime } from '../../../inference/runtime/runtime.ts'
import type { BenchOptions, BenchRow } from '../../../server/cli/bench.ts'
import { simulatedStay } from '../../../server/scores/simulated-stays.ts'
import { check } from '../support/check.ts'
import { quantile } from '../support/quantile.ts'

/** What specs 06 section 7 and section 4 ask: a whole stay, and retrieval from a bank of 5,000. */
const STAY_MS = 20
const RETRIEVAL_MS = 5
const BANK_CASES = 5000
const STAYS = 100
const WARM_UP = 20
const MODULE = new URL('../../../inference/modules/cap-icu/index.ts', import.meta.url).href

/**
 * Simulated stays of 24 h, one after the other in one worker: features, retrieval, base, fair, CAP, four flips, key factors and
 * sentences, from the call to the findings on this side. Retrieval alone beside it, from a bank of 5,000 cases.
 */
export async function icuStayRows({ seconds }: BenchOptions): Promise<BenchRow[]> {
  const inputs = Array.from({ length: STAYS }, (_, seed) => inputOf(seed))
  const runtime = createRuntime({ modules: [{ id: 'cap-icu', url: MODULE }], roles: [ROLE_24H], workers: 1 })
  await runtime.start()
  try {
    const whole = await timed(inputs, seconds / 2, (input) => estimate(runtime, input))
    const bank = bankOf(inputs)
    const stays = inputs.map((input) => ({ input, features: featuresOf(input) }))
    const retrieval = await timed(stays, seconds / 2, async (stay) => {
      check('bank', bank.cases.length, BANK_CASES)
      retrieve(bank, stay, 5)
    })
    return [
      { name: 'cap-icu.stay.p50Ms', value: quantile(whole, 0.5), unit: 'ms' },
      { name: 'cap-icu.stay.p95Ms', value: quantile(whole, 0.95), unit: 'ms', target: STAY_MS },
      { name: 'cap-icu.retrieval5000.p95Ms', value: quantile(retrieval, 0.95), unit: 'ms', target: RETRIEVAL_MS }
    ]
  } finally {
    await runtime.stop()
  }
}

async function estimate(runtime: InferenceRuntime, input: CapIcuInput): Promise<void> {
  const found = await runtime.run<CapIcuFindings>('cap-icu', input)
  check('kind of findings', found.kind, 'scored')
}

/** @returns ms of each call after the warm-up, as many as the time allows and at least one of each */
async function timed<T>(items: readonly T[], seconds: number, call: (item: T) => Promise<void>): Promise<number[]> {
  for (const item of items.slice(0, WARM_UP)) await call(item)
  const started = performance.now()
  const ms: number[] = []
  while (ms.length < items.length || performance.now() - started < seconds * 1000) {
    const began = performance.now()
    await call(items[ms.length % items.length]!)
    ms.push(performance.now() - began)
  }
  return ms
}

function inputOf(seed: number): CapIcuInput {
  const { age, sex, race, unitKind, values } = simulatedStay(seed)
  return {
    moment: '24h',
    windowHours: 24,
    age,
    sex,
    race,
    unitKind,
    values: values.filter(({ hours }) => hours < 24)
  }
}

/** 5,000 cases spread over ages and severity, made of the stays themselves. */
function bankOf(inputs: readonly CapIcuInput[]): CaseBank {
  const cases = Array.from({ length: BANK_CASES }, (_, i): BankCase => {
    const { age = 65, sex, race } = inputs[i % inputs.length]!
    return {
      id: `b${i}`,
      age: 5 * Math.floor(age / 5),
      ...(sex ? { sex } : {}),
      ...(race ? { race } : {}),
      died: i % 2 === 0 ? 1 : 0,
      predicted: 0.3,
      error: i % 2 === 0 ? 0.8 : -0.8,
      bias: 'misprediction',
      values: {
        gcs: 3 + (i % 13),
        lactate: 1 + (i % 9),
        creatinine: 0.5 + (i % 40) / 10,
        map: 55 + (i % 45),
        sofa: i % 20
      }
    }
  })
  return { version: 'bench', source: 'bench', correction: { k: 1, lambda: 2, cap: 0.7, cases: 5 }, cases }
}
