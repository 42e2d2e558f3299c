import type { Models, Tensor } from '../../../../core/model.ts'
import type { BeatWaves, Delineation } from '../../../signal/delineation.ts'
import { assignRuns } from './assign.ts'
import { disagreementOf, fuse } from './fuse.ts'
import { networkDelineation, presenceOfP } from './network.ts'
import { CLASSES } from './probabilities.ts'
import { ownerOf, WINDOW, windowStarts, withoutGaps } from './windows.ts'

/** Reads heights in parts of the window's largest: under .1 nothing, then P to .3, T to .7, QRS above. Stands in for the network. */
const byHeight: Models = {
  manifest: () =>
    ({ outputs: [{ name: 'logits', role: 'logit', labels: CLASSES.map((key) => ({ key, coding: [] })) }] }) as never,
  site: () => ({}),
  asset: () => undefined,
  infer: async (_, { ecg }) => {
    const [batch, , length] = ecg!.dims as [number, number, number]
    const data = new Float32Array(batch * 4 * length)
    for (let row = 0; row < batch; row++) {
      const window = ecg!.data.subarray(row * length, (row + 1) * length)
      const low = window.reduce((a, b) => Math.min(a, b))
      const high = window.reduce((a, b) => Math.max(a, b))
      for (let i = 0; i < length; i++) {
        const height = (window[i]! - low) / (high - low)
        const kind = height < 0.1 ? 0 : height < 0.3 ? 1 : height < 0.7 ? 3 : 2
        data[(row * 4 + kind) * length + i] = 8
      }
    }
    return { logits: { dims: [batch, 4, length], data } satisfies Tensor }
  }
}

/** Flat-topped waves: P 0.2 mV from -0.2 to -0.1 s, QRS 1 mV from -0.04 to 0.04 s, T 0.5 mV from 0.2 to 0.36 s of each beat. */
function recording(rateHz: number, seconds: number, beatsS: readonly number[], { p = true } = {}): Float64Array {
  const lead = new Float64Array(rateHz * seconds)
  const put = (from: number, to: number, height: number): void => {
    for (let i = Math.ceil(from * rateHz); i <= to * rateHz && i < lead.length; i++) if (i >= 0) lead[i] = height
  }
  for (const beat of beatsS) {
    if (p) put(beat - 0.2, beat - 0.1, 0.2)
    put(beat - 0.04, beat + 0.04, 1)
    put(beat + 0.2, beat + 0.36, 0.5)
  }
  return lead
}

const SECONDS = [0.7, 1.5, 2.3, 3.1, 3.9, 4.7, 5.5, 6.3, 7.1, 7.9, 8.7]

test.each([250, 360, 500, 1000])('puts the edges where the waves begin and end, at %i Hz', async (rateHz) => {
  const lead = recording(rateHz, 10, SECONDS)
  const beats = SECONDS.map((s) => s * rateHz)
  const { leads, pWaves, global } = await networkDelineation([lead, lead], { rateHz, beats }, byHeight)
  expect(pWaves).toBe('present')
  for (const waves of [...leads, global]) {
    waves.forEach((beat, k) => {
      const at = SECONDS[k]!
      for (const [wave, onset, offset] of [
        ['p', -0.2, -0.1],
        ['qrs', -0.04, 0.04],
        ['t', 0.2, 0.36]
      ] as const) {
        expect(Math.abs(beat[wave]!.onset! / rateHz - at - onset)).toBeLessThan(0.008)
        expect(Math.abs(beat[wave]!.offset! / rateHz - at - offset)).toBeLessThan(0.008)
        expect(beat[wave]!.path).toBe('network')
      }
    })
  }
})

test('does not let the gain or an offset move an edge', async () => {
  const lead = recording(500, 10, SECONDS)
  const beats = SECONDS.map((s) => s * 500)
  const seen: Float32Array[] = []
  const models: Models = {
    ...byHeight,
    infer: (role, inputs) => {
      seen.push(inputs['ecg']!.data)
      return byHeight.infer(role, inputs)
    }
  }
  const edges = async (of: Float64Array): Promise<BeatWaves[]> =>
    (await networkDelineation([of], { rateHz: 500, beats }, models)).leads[0]!
  const once = await edges(lead)
  expect(await edges(lead.map((value) => 2 * value + 1))).toEqual(once)
  // What the network itself is shown stays the same too.
  seen[0]!.forEach((value, i) => {
    expect(Math.abs(value - seen[1]![i]!)).toBeLessThan(1e-6)
  })
})

test('joins windows of a long recording without a seam', async () => {
  const beatsS = Array.from({ length: 40 }, (_, i) => 0.6 + 0.95 * i)
  const { leads } = await networkDelineation(
    [recording(500, 40, beatsS)],
    { rateHz: 500, beats: beatsS.map((s) => s * 500) },
    byHeight
  )
  expect(leads[0]!.every(({ p, qrs, t }) => p && qrs && t)).toBe(true)
})

test('gives no P where the beats show none, and sets no mark into a gap', async () => {
  const beats = SECONDS.map((s) => s * 500)
  const none = await networkDelineation([recording(500, 10, SECONDS, { p: false })], { rateHz: 500, beats }, byHeight)
  expect(none.pWaves).toBe('absent')
  expect(none.leads[0]!.some(({ p }) => p)).toBe(false)
  const lead = recording(500, 10, SECONDS)
  lead.fill(Number.NaN, 1630, 1720) // the T wave of the beat at 3.1 s
  const gapped = await networkDelineation([lead], { rateHz: 500, beats }, byHeight)
  expect(gapped.leads[0]![3]!.t).toBeUndefined()
  expect(gapped.leads[0]![4]!.t).toBeDefined()
})

test('takes away the few P that one lead shows in a rhythm without them', () => {
  const beat = (p: boolean): BeatWaves => ({
    qrs: { peak: 10, path: 'network' },
    ...(p ? { p: { peak: 1, path: 'network' as const } } : {})
  })
  const beats = (share: number): BeatWaves[] => Array.from({ length: 10 }, (_, k) => beat(k < share * 10))
  expect(presenceOfP([beats(1), beats(0), beats(0)])).toBe('absent')
  expect(presenceOfP([beats(1), beats(1), beats(0)])).toBe('present')
  expect(presenceOfP([beats(0.4), beats(0.4), beats(0.4)])).toBe('unclear')
  expect(presenceOfP([])).toBe('unclear')
})

test('gives a P between two beats to the later one, and none that lies too far ahead of it', () => {
  const run = (onset: number, offset: number) => ({ onset, offset, confidence: 1 })
  const qrs = [run(0.96, 1.04), run(1.96, 2.04)]
  const near = assignRuns([1, 2], { p: [run(1.7, 1.8)], qrs, t: [run(1.25, 1.4)] })
  expect(near[0]!.p).toBeUndefined()
  expect(near[1]!.p).toMatchObject({ onset: 1.7 })
  expect(near[0]!.t).toMatchObject({ onset: 1.25 })
  expect(assignRuns([1, 2], { p: [run(1.3, 1.4)], qrs, t: [] })[1]!.p).toBeUndefined()
})

test('covers every sample by exactly one window', () => {
  for (const length of [200, WINDOW, 2500, 2505, 6000, 25_000]) {
    const owners = ownerOf(windowStarts(length), length)
    expect(owners[0]!.from).toBe(0)
    expect(owners.at(-1)!.to).toBe(length)
    for (let i = 1; i < owners.length; i++) expect(owners[i]!.from).toBe(owners[i - 1]!.to)
  }
  expect(windowStarts(2500)).toEqual([2])
})

test('bridges missing samples by a line before the rate is changed', () => {
  expect([...withoutGaps(Float64Array.of(1, Number.NaN, Number.NaN, 4, Number.NaN))]).toEqual([1, 2, 3, 4, 4])
  expect([...withoutGaps(Float64Array.of(Number.NaN, Number.NaN))]).toEqual([0, 0])
})

test.each([
  ['another length', { logits: { dims: [1, 4, 5], data: new Float32Array(20) } }],
  ['no such output', {}]
])('refuses the answer of a model with %s', async (_, answer) => {
  const models: Models = { ...byHeight, infer: async () => answer as Record<string, Tensor> }
  await expect(
    networkDelineation([recording(500, 10, SECONDS)], { rateHz: 500, beats: [350] }, models)
  ).rejects.toMatchObject({ code: 'INFERENCE_FAILED' })
})

const of = (
  path: 'classical' | 'network',
  beat: BeatWaves,
  pWaves: Delineation['pWaves'] = 'present'
): Delineation => ({
  rateHz: 500,
  beats: [100],
  leads: [[Object.fromEntries(Object.entries(beat).map(([wave, mark]) => [wave, { ...mark, path }]))]],
  global: [{}],
  pWaves
})

test('takes a wave whole from the leading path, else from the other, and says how far they lie apart', () => {
  const classical = of('classical', {
    qrs: { onset: 80, peak: 100, offset: 120, path: 'classical' },
    t: { peak: 250, path: 'classical' }
  })
  const network = of('network', { qrs: { onset: 84, peak: 101, offset: 119, path: 'network' } })
  const { delineation, disagreement } = fuse(classical, network)
  expect(delineation.leads[0]![0]!.qrs).toMatchObject({ onset: 84, peak: 101, offset: 119, path: 'network' })
  expect(delineation.leads[0]![0]!.t).toMatchObject({ peak: 250, path: 'classical' })
  expect(disagreement).toEqual([
    { wave: 'qrs', edge: 'onset', medianMs: 8, p90Ms: 8, n: 1 },
    { wave: 'qrs', edge: 'peak', medianMs: 2, p90Ms: 2, n: 1 },
    { wave: 'qrs', edge: 'offset', medianMs: 2, p90Ms: 2, n: 1 }
  ])
  expect(disagreementOf(classical, of('network', {}))).toEqual([])
})

test('gives no P at all where the network says there are none', () => {
  const classical = of('classical', { p: { peak: 60, path: 'classical' }, qrs: { peak: 100, path: 'classical' } })
  const network = of('network', { qrs: { peak: 100, path: 'network' } }, 'absent')
  expect(fuse(classical, network).delineation).toMatchObject({
    pWaves: 'absent',
    leads: [[{ qrs: { path: 'network' } }]]
  })
  expect(fuse(classical, network).delineation.leads[0]![0]!.p).toBeUndefined()
})
