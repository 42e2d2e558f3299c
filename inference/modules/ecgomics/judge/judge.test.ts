import type { AnnotatedRecording } from '../../../../core/inference-module.ts'
import type { BeatWaves } from '../../../signal/delineation.ts'
import { waveCounts } from './counts.ts'
import { judge } from './judge.ts'
import { intervalsOf, type LeadMark } from './marks.ts'
import { matched } from './match.ts'
import { metricRows, type Scored } from './metrics.ts'

const RATE_HZ = 500
const BEATS = [1000, 1500, 2000, 2500]

/** People's marks of two leads: PR 160 ms, QRS 100 ms, QT 400 ms in both. */
const REFERENCE: LeadMark[] = [0, 1].flatMap((lead) =>
  BEATS.flatMap((at): LeadMark[] => [
    { lead, wave: 'p', onset: at - 100, peak: at - 80, offset: at - 60 },
    { lead, wave: 'qrs', onset: at - 20, peak: at, offset: at + 30 },
    { lead, wave: 't', onset: at + 100, peak: at + 140, offset: at + 180 }
  ])
)

const waveform = (leads: readonly string[], length = 4000): AnnotatedRecording['waveform'] => ({
  kind: 'rhythm',
  rateHz: RATE_HZ,
  leads: leads.map((name, i) => ({ name, mdc: i + 1, unit: 'mV', resolution: 0.001 })),
  samples: leads.map(() => new Float64Array(length)),
  gaps: []
})

const recording = (recordId: string, other: Partial<AnnotatedRecording> = {}): AnnotatedRecording => ({
  recordId,
  patientId: recordId,
  sha256: recordId,
  waveform: waveform(['I', 'II']),
  groups: {},
  marks: REFERENCE,
  ...other
})

/** A delineation of the same beats with every mark `by` samples later, and with extra beats before and after. */
function delineated(by: number, { names = ['I', 'II'], withP = true } = {}) {
  const beats = [500, ...BEATS, 3000]
  const of = (at: number): BeatWaves => ({
    ...(withP ? { p: { onset: at - 100 + by, peak: at - 80 + by, offset: at - 60 + by, path: 'classical' } } : {}),
    qrs: { onset: at - 20 + by, peak: at + by, offset: at + 30 + by, path: 'classical' },
    t: { onset: at + 100 + by, peak: at + 140 + by, offset: at + 180 + by, path: 'classical' }
  })
  return {
    kind: 'measured',
    measurement: {
      leadNames: names,
      beats: beats.map((at) => ({ at: at + by })),
      quality: { reasons: [] },
      delineation: { beats, leads: names.map(() => beats.map(of)), global: beats.map(of), pWaves: 'present' }
    }
  }
}

async function* all(recordings: readonly AnnotatedRecording[]): AsyncIterable<AnnotatedRecording> {
  yield* recordings
}

const rowsBy = (metrics: readonly { name: string; group?: string; value: number | null }[], group?: string) =>
  Object.fromEntries(metrics.filter((row) => row.group === group).map(({ name, value }) => [name, value]))

test('pairs the nearest first, each once, and none beyond the tolerance', () => {
  expect(matched([100, 500, 900], [90, 104, 700, 960], 60)).toEqual([
    [0, 1],
    [2, 3]
  ])
  expect(matched([100, 110], [108], 60)).toEqual([[1, 0]])
  expect(matched([], [1], 60)).toEqual([])
})

test('judges between the first and the last of the marks of a lead, and no lead without any', () => {
  const found: LeadMark[] = [
    { lead: 0, wave: 'qrs', peak: 500 },
    { lead: 0, wave: 'qrs', peak: 1002 },
    { lead: 0, wave: 'qrs', peak: 1250 },
    { lead: 0, wave: 'qrs', peak: 3000 },
    { lead: 2, wave: 'qrs', peak: 1250 }
  ]
  // Of lead 0: one found, three missed, one too many (1250); 500 and 3000 lie outside. Lead 1: four missed. Lead 2 not judged.
  expect(waveCounts(REFERENCE, found, { rateHz: RATE_HZ, leads: 3 })).toMatchObject({
    'qrs.tp': 1,
    'qrs.fn': 7,
    'qrs.fp': 1,
    'qrs.peak.n': 1,
    'qrs.peak.sum': 4,
    'qrs.peak.squares': 16
  })
})

test('measures intervals from global marks, over the median beat', () => {
  expect(intervalsOf(REFERENCE, { rateHz: RATE_HZ, leads: 2 })).toEqual({ pr: 160, qrsDuration: 100, qt: 400 })
  expect(intervalsOf([], { rateHz: RATE_HZ, leads: 2 })).toEqual({})
  const withoutP = REFERENCE.filter(({ wave }) => wave !== 'p')
  expect(intervalsOf(withoutP, { rateHz: RATE_HZ, leads: 2 })).toEqual({ qrsDuration: 100, qt: 400 })
})

test('names and values of the metrics of a shift by 4 ms in one recording and by 8 ms in the other', async () => {
  const shifts = [2, 4]
  let run = 0
  const judged = await judge(all([recording('a'), recording('b')]), {
    // Served, classical, network of the first; then of the second.
    run: async () => delineated(shifts[Math.floor(run++ / 3)]!),
    draws: 100
  })
  expect(judged).toMatchObject({ n: 2, patients: 2, positives: 16, refused: [] })
  const served = rowsBy(judged.metrics)
  for (const wave of ['p', 'qrs', 't']) {
    expect(served[`${wave}.f1`]).toBe(1)
    for (const edge of ['onset', 'peak', 'offset']) {
      expect(served[`${wave}.${edge}.meanMs`]).toBe(6)
      expect(served[`${wave}.${edge}.sdMs`]).toBe(2)
    }
  }
  expect(served).toMatchObject({ 'pr.madMs': 0, 'qrsDuration.madMs': 0, 'qt.madMs': 0 })
  expect(judged.metrics[0]!.group).toBeUndefined()
  expect(rowsBy(judged.metrics, 'path=network')).toEqual(served)
  const mean = judged.metrics.find(({ name }) => name === 'qrs.onset.meanMs')!
  // Of two people, drawn twice: both may be the first (4 ms) or the second (8 ms).
  expect(mean).toMatchObject({ ci: [4, 8], unit: 'ms', n: 16 })
})

test('leaves a refused recording out and counts it; a network that could not run has no rows', async () => {
  const judged = await judge(all([recording('a'), recording('b')]), {
    run: async (_input, parameters) => {
      const { measurement } = delineated(0)
      if (parameters?.['delineator'] !== 'network') return { kind: 'measured', measurement }
      return { kind: 'measured', measurement: { ...measurement, quality: { reasons: ['delineated-without-network'] } } }
    },
    draws: 10
  })
  expect(rowsBy(judged.metrics, 'path=network')).toEqual({})
  expect(rowsBy(judged.metrics, 'path=classical')['qrs.f1']).toBe(1)
  const refused = await judge(all([recording('a')]), {
    run: async () => ({ kind: 'refused', code: 'quality-unacceptable' }),
    draws: 10
  })
  expect(refused).toEqual({
    n: 0,
    patients: 0,
    positives: 0,
    metrics: [],
    baselines: [],
    differences: [],
    refused: [{ code: 'quality-unacceptable', n: 1 }]
  })
})

test('follows leads by their name where some were not measured', async () => {
  const { metrics } = await judge(all([recording('a')]), {
    run: async () => delineated(0, { names: ['II'] }),
    draws: 10
  })
  expect(rowsBy(metrics)).toMatchObject({ 'qrs.sensitivity': 0.5, 'qrs.ppv': 1, 'qrs.f1': 2 / 3 })
})

test('counts P in fibrillation by beats, by record and by span', async () => {
  const fibrillation = recording('a', { groups: { rhythm: 'Atrial fibrillation' } })
  const inRecord = await judge(all([fibrillation]), { run: async () => delineated(0), draws: 10 })
  expect(rowsBy(inRecord.metrics)['p.falseInAf']).toBe(1)
  const lengths: number[] = []
  const spans = recording('b', {
    marks: undefined,
    waveform: waveform(['I', 'II'], 100_000),
    beats: [1000, 1500, 2000, 2500, 9000].map((at) => ({ at, symbol: 'N' })),
    rhythms: [
      { from: 0, to: 40_000, name: 'N' },
      { from: 40_000, to: 90_000, name: 'AFIB' },
      { from: 8000, to: 9500, name: 'ventricular-flutter' }
    ]
  })
  const { metrics, positives } = await judge(all([spans]), {
    run: async (input) => {
      lengths.push((input as { leads: { samples: Float64Array }[] }).leads[0]!.samples.length)
      return delineated(0, { withP: lengths.length === 2 })
    },
    draws: 10
  })
  // 100 s of fibrillation: a minute and 40 s, P in one of two answers. Of 5 beats 9000 lies in flutter; 500 and 3000 are found besides.
  expect(lengths).toEqual([100_000, 30_000, 20_000])
  expect(rowsBy(metrics)).toEqual({
    'p.falseInAf': 0.5,
    'qrs.f1': 0.8,
    'qrs.sensitivity': 1,
    'qrs.ppv': 4 / 6
  })
  expect(positives).toBe(5)
})

test('paced records are a group of their own where beats are judged, out of the headline', async () => {
  const beats = (symbol: string) => BEATS.map((at) => ({ at, symbol }))
  const { metrics } = await judge(
    all([
      recording('a', { marks: undefined, beats: beats('N') }),
      recording('b', { marks: undefined, beats: [...beats('/'), { at: 3500, symbol: '/' }] })
    ]),
    { run: async () => delineated(0), draws: 10 }
  )
  expect(rowsBy(metrics)['qrs.sensitivity']).toBe(1)
  expect(rowsBy(metrics, 'paced=yes')['qrs.sensitivity']).toBe(0.8)
})

test('lists a group of fewer than 30 recordings without a metric', async () => {
  const { metrics } = await judge(all([recording('a', { groups: { sex: 'female', ageBand: '85+' } })]), {
    run: async () => delineated(0),
    draws: 10
  })
  expect(metrics.filter(({ group }) => group && !group.startsWith('path='))).toEqual(
    ['age=85+', 'qrs=<=120ms', 'sex=female'].map((group) => ({ name: 'p.f1', value: null, ci: null, n: 1, group }))
  )
})

test('sums over recordings, takes medians of their intervals and draws by patient', () => {
  const scored = (i: number): Scored => ({
    recordId: `${i}`,
    patientId: `${i}`,
    counts: { 'qrs.tp': 9, 'qrs.fn': i % 2, 'qrs.fp': 0 },
    differences: { qt: i }
  })
  const rows = metricRows(
    Array.from({ length: 40 }, (_, i) => scored(i)),
    { draws: 200, group: 'sex=female' }
  )
  // 360 found, 20 missed; |difference| 0..39 has its median at 19.5.
  expect(rowsBy(rows, 'sex=female')).toMatchObject({
    'qrs.f1': 720 / 740,
    'qrs.sensitivity': 360 / 380,
    'qt.madMs': 19.5
  })
  const qt = rows.find(({ name }) => name === 'qt.madMs')!
  expect(qt.ci![0]).toBeLessThan(19.5)
  expect(qt.ci![1]).toBeGreaterThan(19.5)
})
