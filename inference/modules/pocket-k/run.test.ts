import fc from 'fast-check'
import type { ModelManifest, Models, Tensor } from '../../../core/model.ts'
import { simulated } from '../../../test/support/simulated-ecg.ts'
import { tinyManifest } from '../../runtime/fixtures/tiny-pocket-k.ts'
import { run } from './run.ts'
import type { OwnReference, PocketKFindings, PocketKInput } from './types.ts'

type Scored = Extract<PocketKFindings, { kind: 'scored' }>

const HZ = 500
const INPUTS: ModelManifest['inputs'] = [
  { name: 'ecg', dtype: 'float32', shape: ['B', 1, 5000], rateHz: HZ, leads: ['I'] },
  { name: 'ref', dtype: 'float32', shape: ['B', 2] },
  { name: 'ref_flag', dtype: 'float32', shape: ['B', 1] }
]

/** A beat every second; T of the height asked for, 50 ms wide (SD), with a converter's last step as noise. */
function lead(seconds: number, { t = 0.3, gain = () => 1 }: { t?: number; gain?: (second: number) => number } = {}) {
  const beats = Array.from({ length: seconds }, (_, i) => i + 0.35)
  const samples = simulated(beats, seconds, HZ)
  for (const beat of beats) {
    for (let i = Math.round((beat + 0.1) * HZ); i < Math.min(samples.length, Math.round((beat + 0.5) * HZ)); i++)
      samples[i]! += (t - 0.3) * Math.exp(-0.5 * ((i / HZ - beat - 0.26) / 0.045) ** 2)
  }
  return samples.map((value, i) => gain(Math.floor(i / HZ)) * value + 0.003 * ((i % 7) - 3))
}

const input = (changes: Partial<PocketKInput> = {}, samples = lead(10)): PocketKInput => ({
  lead: { samples, rateHz: HZ, unit: 'mV' },
  age: 60,
  paced: false,
  ...changes
})

/** Knows one thing: x, in mV.s, what lies in the window of T of every second (sample 260 to 360). */
function height(data: Float32Array, clip: number): number {
  let sum = 0
  for (let i = 0; i < 5000; i++) if (i % HZ >= 260 && i % HZ < 360) sum += data[clip * 5000 + i]!
  return sum / 1000
}

/** x as `height` gives it; logit of the labels 12 x - 5, - 6, - 7, - 8, and with a reference 12 (x - x of the reference) more. */
function models(changes: Partial<ModelManifest> = {}, asked: Record<string, Tensor>[] = []): Models {
  const manifest = { ...tinyManifest(new Uint8Array(1), { inputs: INPUTS }), ...changes }
  return {
    manifest: () => manifest,
    site: () => ({}),
    asset: () => ({
      statistic: 'mahalanobis',
      mean: [0, 0],
      whitening: [
        [1, 0],
        [0, 1]
      ]
    }),
    async infer(_role, inputs) {
      asked.push(inputs)
      const count = inputs['ecg']!.dims[0]!
      const x = Array.from({ length: count }, (_, clip) => height(inputs['ecg']!.data, clip))
      const rise = x.map((value, i) => (inputs['ref_flag']?.data[i] ? value - inputs['ref']!.data[2 * i]! : 0))
      const logits = x.flatMap((value, i) => [5, 6, 7, 8].map((offset) => 12 * (value + rise[i]!) - offset))
      const tensor = (data: number[], width: number): Tensor => ({
        dims: [count, width],
        data: Float32Array.from(data)
      })
      return {
        mean: tensor(
          x.map((value, i) => 4 + 5 * (value + rise[i]!)),
          1
        ),
        logSigma: tensor(
          x.map(() => Math.log(0.5)),
          1
        ),
        probability: tensor(
          logits.map((z) => 1 / (1 + Math.exp(-z))),
          4
        ),
        embedding: tensor(
          x.flatMap((value) => [value, 0]),
          2
        )
      }
    }
  }
}

const reference = (samples: Float64Array): OwnReference => ({
  ecg: 'Observation/then/_history/1',
  potassium: { reference: 'Observation/k/_history/1', value: 4.2 },
  days: 12,
  lead: { samples, rateHz: HZ, unit: 'mV' }
})

const scored = async (asked: PocketKInput, model = models(), policy: Record<string, unknown> = {}): Promise<Scored> => {
  const found = await run(asked, model, policy)
  if (found.kind !== 'scored') throw new Error(`refused: ${found.code}`)
  return found
}

describe('own reference', () => {
  test('is embedded by itself, given with flag 1, and said with its age, its potassium and what changed', async () => {
    const asked: Record<string, Tensor>[] = []
    const found = await scored(input({ reference: reference(lead(10)) }, lead(10, { t: 0.8 })), models({}, asked), {
      occlusion: false
    })
    const [alone, both] = asked as [Record<string, Tensor>, Record<string, Tensor>]
    expect([...alone['ref_flag']!.data]).toEqual([0])
    expect([...both['ref_flag']!.data]).toEqual([0, 1])
    // The reference's own embedding, as the first call gave it; zeros where no reference is compared.
    expect([...both['ref']!.data]).toEqual([0, 0, expect.closeTo(height(alone['ecg']!.data, 0), 6), 0])
    const { without, changes, ...said } = found.reference!
    expect(said).toEqual({ ecg: 'Observation/then/_history/1', potassium: 4.2, days: 12 })
    expect(found.probabilities['k-gt-5.5']!).toBeGreaterThan(without!['k-gt-5.5']! + 0.1)
    const change = (name: string) => changes.find((one) => one.name === name)!
    // T was drawn .5 mV higher.
    expect(change('t-amplitude').now - change('t-amplitude').earlier).toBeCloseTo(0.5, 1)
    expect(change('qrs-duration').now).toBe(change('qrs-duration').earlier)
    expect(found.explanation.join(' ')).toContain('own tracing 12 days old, at a potassium of 4.2 mmol/L')
    expect(found.explanation.join(' ')).toMatch(/T amplitude 0\.3\d to 0\.8\d mV/)
  })

  test('of two strips is the mean over its clips', async () => {
    const asked: Record<string, Tensor>[] = []
    const rising = lead(30, { gain: (second) => 1 + Math.floor(second / 10) / 10 })
    await scored(input({ reference: reference(rising) }), models({}, asked), { occlusion: false })
    const [alone, both] = asked as [Record<string, Tensor>, Record<string, Tensor>]
    const heights = [0, 1, 2].map((clip) => height(alone['ecg']!.data, clip))
    expect(both['ref']!.data[2]).toBeCloseTo(heights.reduce((sum, value) => sum + value, 0) / 3, 6)
  })

  test('a model without the inputs is asked without, and the changes are said all the same', async () => {
    const asked: Record<string, Tensor>[] = []
    const found = await scored(
      input({ reference: reference(lead(10)) }, lead(10, { t: 0.8 })),
      models({ inputs: [INPUTS[0]!] }, asked),
      { occlusion: false }
    )
    expect(asked.map((inputs) => Object.keys(inputs))).toEqual([['ecg']])
    expect(found.reference).not.toHaveProperty('without')
    expect(found.reference!.changes.map(({ name }) => name)).toContain('t-amplitude')
    expect(found.explanation.join(' ')).toContain('the model does not use it')
  })

  test('that the screen would refuse itself is none', async () => {
    const found = await scored(input({ reference: reference(new Float64Array(5000).fill(Number.NaN)) }))
    expect(found).not.toHaveProperty('reference')
  })

  test('a QRS that was wide then is a reservation now', async () => {
    const wide = lead(10).map((_, i) => {
      const t = (i % HZ) / HZ
      return (
        Math.exp(-0.5 * ((t - 0.35) / 0.05) ** 2) -
        0.3 * Math.exp(-0.5 * ((t - 0.65) / 0.05) ** 2) +
        0.003 * ((i % 7) - 3)
      )
    })
    const found = await scored(input({ reference: reference(wide) }))
    expect(found.quality).toMatchObject({
      verdict: 'limited',
      reasons: expect.arrayContaining(['qrs-wide-preexisting'])
    })
    expect((await scored(input({ wideQrs: 'Condition/block/_history/1' }))).quality.reasons).toContain(
      'qrs-wide-preexisting'
    )
    expect((await scored(input())).quality.reasons).not.toContain('qrs-wide-preexisting')
  })
})

describe('strips of three clips', () => {
  test('are answered by their mean, and by their median where the model says so', async () => {
    const rising = input({}, lead(30, { gain: (second) => 1 + Math.floor(second / 10) / 5 }))
    const policy = { clipSpreadLimit: 1 }
    const mean = await scored(rising, models(), policy)
    expect(mean.clips).toHaveLength(3)
    expect(mean.probabilities['k-gt-5.5']).toBeCloseTo((mean.clips[0]! + mean.clips[1]! + mean.clips[2]!) / 3, 9)
    const median = await scored(rising, models({ aggregation: { clips: 'median' } }), policy)
    expect(median.probabilities['k-gt-5.5']).toBe(median.clips[1])
    expect(mean.clipSpread).toBeGreaterThan(0.01)
  })

  test('that disagree beyond the site’s limit are not answered', async () => {
    const torn = input({}, lead(30, { t: 0.6, gain: (second) => (second < 10 ? 1.6 : 0.8) }))
    const { clipSpread } = await scored(torn, models(), { clipSpreadLimit: 1 })
    expect(clipSpread).toBeGreaterThan(0.15)
    expect(await run(torn, models(), {})).toMatchObject({ kind: 'refused', code: 'clips-disagree' })
    expect(await run(torn, models(), { clipSpreadLimit: clipSpread - 0.001 })).toMatchObject({ kind: 'refused' })
    expect(await run(torn, models(), { clipSpreadLimit: clipSpread + 0.001 })).toMatchObject({ kind: 'scored' })
  })
})

describe('what is unlike the training data', () => {
  // The embedding is (x, 0): its distance from 0 is x, about .1 here.
  const ood = (p99: number, p999: number): Partial<ModelManifest> => ({
    ood: { file: 'ood.json', statistic: 'mahalanobis', p99, p999 }
  })
  test.each([
    ['inside', 1, 2, []],
    ['limited', 0.001, 2, ['out-of-distribution-limited']]
  ])('is %s', async (_what, p99, p999, reasons) => {
    const found = await scored(input({ avr: lead(10).map((value) => -value) }), models(ood(p99, p999)))
    expect(found.quality).toEqual({ verdict: reasons.length > 0 ? 'limited' : 'acceptable', reasons })
  })
  test('or refused', async () => {
    expect(await run(input(), models(ood(0.0001, 0.001)), {})).toMatchObject({ code: 'out-of-distribution' })
  })
})

describe('calibration', () => {
  const calibration = {
    method: 'beta',
    trainPrevalence: 0.02,
    // k-gt-5.5 falls below k-ge-6.0 by its own calibrator: what is served stays ordered.
    params: { 'k-gt-5.5': { a: 1, b: 1, c: -4 }, 'k-ge-6.0': { a: 1, b: 1, c: 0 }, 'k-lt-3.5': { a: 1, b: 1, c: 9 } }
  }
  test('of each label is applied to each clip, and the labels are ordered again', async () => {
    const [plain, own] = [await scored(input()), await scored(input(), models({ calibration }))]
    const odds = (p: number) => p / (1 - p)
    expect(odds(own.probabilities['k-gt-5.5']!) / odds(plain.probabilities['k-gt-5.5']!)).toBeCloseTo(Math.exp(-4), 6)
    expect(own.probabilities['k-ge-6.0']).toBe(own.probabilities['k-gt-5.5'])
    expect(own.probabilities['k-lt-3.5']! + own.probabilities['k-gt-5.5']!).toBeLessThanOrEqual(1)
    expect(own.clips).toEqual([own.probabilities['k-gt-5.5']])
  })

  test('whatever the calibrators, a worse outcome is never likelier', async () => {
    const set = fc.record({
      a: fc.double({ min: 0.1, max: 5, noNaN: true }),
      b: fc.double({ min: 0.1, max: 5, noNaN: true }),
      c: fc.double({ min: -5, max: 5, noNaN: true })
    })
    const keys = ['k-gt-5.5', 'k-ge-6.0', 'k-gt-6.5', 'k-lt-3.5']
    await fc.assert(
      fc.asyncProperty(fc.array(set, { minLength: 4, maxLength: 4 }), async (sets) => {
        const params = Object.fromEntries(keys.map((key, i) => [key, sets[i]]))
        const { probabilities: p } = await scored(input(), models({ calibration: { method: 'beta', params } }), {
          occlusion: false
        })
        return (
          p['k-gt-5.5']! >= p['k-ge-6.0']! && p['k-ge-6.0']! >= p['k-gt-6.5']! && p['k-lt-3.5']! <= 1 - p['k-gt-5.5']!
        )
      }),
      { seed: 3003, numRuns: 8 }
    )
  })
})

describe('the potassium that would fit', () => {
  const conformal: Partial<ModelManifest> = { conformal: { alpha: 0.1, quantiles: { interval: 1.8 } } }
  test('is given with its interval only where the site asked', async () => {
    const asked = await scored(input(), models(conformal), { estimatedPotassium: true })
    const { mean, interval, coverage } = asked.potassium!
    expect(interval).toEqual([expect.closeTo(mean - 0.9, 6), expect.closeTo(mean + 0.9, 6)])
    expect(coverage).toBeCloseTo(0.9, 12)
    expect(asked.explanation.join(' ')).toContain('no laboratory value')
    const not = await scored(input(), models(conformal))
    expect([not.potassium, not.estimateAsked]).toEqual([undefined, undefined])
    expect(JSON.stringify(not.explanation)).not.toContain('would fit')
  })
  test('is said to be missing where the model cannot', async () => {
    const found = await scored(input(), models(), { estimatedPotassium: true })
    expect(found.unsupported).toEqual(['interval'])
    expect(found.potassium).toBeUndefined()
  })
})

describe('occlusion', () => {
  test('names the planted T first, with what is measured of it', async () => {
    const found = await scored(input({}, lead(10, { t: 0.8 })))
    const [first] = found.occlusion
    expect(first).toMatchObject({ segment: 't', measured: [{ name: 'amplitude' }, { name: 'width' }] })
    expect(first!.drop).toBeGreaterThan(1)
    expect(found.explanation.join(' ')).toMatch(/What speaks for it: T wave, Lead I, amplitude 0\.8\d mV, width \d+ ms/)
  })
  test('from a single tracing names T only, whatever falls more without another part', async () => {
    const seesQrs = models()
    const infer = seesQrs.infer
    // A score of the height of R: without QRS it falls most.
    seesQrs.infer = async (role, inputs, ...rest) => {
      const out = await infer(role, inputs, ...rest)
      const count = inputs['ecg']!.dims[0]!
      const top = (clip: number) => Math.max(...inputs['ecg']!.data.subarray(clip * 5000, (clip + 1) * 5000))
      const data = Float32Array.from(
        { length: 4 * count },
        (_, i) => 1 / (1 + Math.exp(3 - 3 * top(Math.floor(i / 4))))
      )
      return { ...out, probability: { dims: [count, 4], data } }
    }
    const found = await scored(input(), seesQrs)
    expect(found.occlusion[0]).toMatchObject({ segment: 'qrs' })
    expect(found.occlusion[0]!.drop).toBeGreaterThan(0.5)
    expect(found.explanation.join(' ')).not.toContain('QRS complex')
    expect(found.explanation).toContain('Which part of the beat makes the score cannot be told from a single tracing.')
    const tall = await scored(input({}, lead(10, { t: 0.8 })))
    expect(tall.explanation).toContain('What QRS and P add cannot be told from a single tracing.')
  })
  test('beside the own reference says what changed, with what was measured then', async () => {
    const found = await scored(input({ reference: reference(lead(10)) }, lead(10, { t: 0.8 })))
    const [first, ...others] = found.occlusion
    expect(first).toMatchObject({ segment: 't', measured: [{ name: 'amplitude' }, { name: 'width' }] })
    expect(first!.usual!.map(({ name }) => name)).toEqual(['amplitude', 'width'])
    expect(first!.drop).toBeGreaterThan(1)
    for (const { drop } of others) expect(Math.abs(drop)).toBeLessThan(0.5)
    expect(found.explanation.join(' ')).toMatch(
      /What has changed and speaks for it: T wave, Lead I, amplitude 0\.8\d mV \(reference 0\.3\d\), width \d+ ms \(reference \d+\), raises the logit by \d+\.\d\./
    )
    const same = await scored(input({ reference: reference(lead(10)) }))
    expect(same.explanation).toContain('No single part of the beat that changed since then explains the score.')
  })
  test('beside a reference of too few like beats falls back to the line', async () => {
    const two = lead(10, { gain: (second) => (second % 2 === 0 ? 1 : 0.999) })
    const beats = Array.from({ length: 4 }, (_, i) => 0.5 + 2.3 * i)
    const few = simulated(beats, 10, HZ).map((value, i) => value + 0.003 * ((i % 7) - 3))
    const found = await scored(input({ reference: reference(few) }, two))
    expect(found.occlusion.map(({ usual }) => usual)).toEqual(found.occlusion.map(() => undefined))
    expect(found.occlusion.map(({ segment }) => segment)).toContain('pr')
  })
  test('is asked in one batch, and not at all where the site turned it off', async () => {
    const on: Record<string, Tensor>[] = []
    const off: Record<string, Tensor>[] = []
    await scored(input(), models({}, on))
    expect(on.map((inputs) => inputs['ecg']!.dims[0])).toEqual([1, 6])
    on.length = 0
    await scored(input({ reference: reference(lead(10)) }), models({}, on))
    // The reference, the tracing without and with it, and five variants that are given it too.
    expect(on.map((inputs) => inputs['ecg']!.dims[0])).toEqual([1, 2, 5])
    expect([...on[2]!['ref_flag']!.data]).toEqual([1, 1, 1, 1, 1])
    expect((await scored(input(), models({}, off), { occlusion: false })).occlusion).toEqual([])
    expect(off).toHaveLength(1)
  })
})

describe('rhythms that the screen was not made for', () => {
  const withWide = (narrow: readonly number[], wide: readonly number[]) => {
    const samples = simulated(narrow, 10, HZ)
    return samples.map((value, i) => {
      const complex = wide.reduce((sum, at) => sum + 1.6 * Math.exp(-0.5 * ((i / HZ - at) / 0.03) ** 2), 0)
      return value + complex + 0.003 * ((i % 7) - 3)
    })
  }
  test('bigeminy is refused', async () => {
    const pairs = Array.from({ length: 5 }, (_, i) => 0.5 + 1.9 * i)
    const samples = withWide(
      pairs,
      pairs.map((at) => at + 0.6)
    )
    expect(await run(input({}, samples), models(), {})).toMatchObject({ kind: 'refused', code: 'rhythm-unsuitable' })
  })
  test('one ectopic beat in ten is scored', async () => {
    const narrow = Array.from({ length: 11 }, (_, i) => 0.5 + 0.85 * i).filter((_, i) => i !== 5)
    expect(await run(input({}, withWide(narrow, [4.45])), models(), {})).toMatchObject({ kind: 'scored' })
  })
  test('a T as tall as the QRS is no beat of its own', async () => {
    expect(await run(input({}, lead(10, { t: 1.1 })), models(), {})).toMatchObject({ kind: 'scored' })
  })
})

test('the same input gives the same findings, which survive structured clone; hostile samples never become a number', async () => {
  const asked = input({ reference: reference(lead(10)) })
  const [one, other] = [await run(asked, models(), {}), await run(structuredClone(asked), models(), {})]
  expect(structuredClone(one)).toEqual(other)
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(fc.double(), fc.constantFrom(Number.NaN, Infinity, -Infinity, 1e300, 0)), {
        minLength: 1,
        maxLength: 40
      }),
      async (odd) => {
        const samples = lead(10).map((value, i) => (i % 97 < odd.length ? odd[i % 97]! : value))
        const found = await run(input({}, samples), models(), {})
        if (found.kind === 'refused') return true
        return Object.values(found.probabilities).every((value) => value >= 0 && value <= 1)
      }
    ),
    { seed: 3003, numRuns: 12 }
  )
})

test.each([
  ['estimatedPotassium', 'yes'],
  ['occlusion', 1],
  ['clipSpreadLimit', -0.1],
  ['clipSpreadLimit', '0.2']
])('a policy with %s %j is refused', async (key, value) => {
  await expect(run(input(), models(), { [key]: value })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    at: `policy.${key}`
  })
})
