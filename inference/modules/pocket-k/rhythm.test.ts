import type { BeatKind, BeatWaves } from '../../signal/delineation.ts'
import { isRhythmUnsuitable, qrsDurationMs } from './rhythm.ts'
import type { LeadWaves } from './waves.ts'

const HZ = 500

/** Beats of these kinds and RR (ms), each with a QRS of that width; by hand. */
function waves(
  beats: readonly [kind: BeatKind, rrMs: number, template?: number][],
  { qrsMs = 90, pWaves = 'present' as LeadWaves['delineation']['pWaves'] } = {}
): LeadWaves {
  let at = 0
  const classed = beats.map(([kind, rrMs, template = kind === 'normal' ? 0 : 1], i) => {
    at += (rrMs * HZ) / 1000
    return { at, kind, template, correlation: 1, ...(i === 0 ? {} : { rrMs }) }
  })
  const marks = classed.map((beat): BeatWaves => {
    const onset = beat.at - (qrsMs * HZ) / 2000
    return { qrs: { onset, peak: beat.at, offset: onset + (qrsMs * HZ) / 1000, path: 'classical' } }
  })
  const places = classed.map((beat) => beat.at)
  return {
    samples: new Float64Array(at + HZ),
    rateHz: HZ,
    beats: classed,
    bsqi: 1,
    delineation: { rateHz: HZ, beats: places, leads: [marks], global: marks, pWaves }
  }
}

const V = 'ventricular-ectopic'
const sinus = (n: number): ['normal', number][] => Array.from({ length: n }, () => ['normal', 800])

test.each<[string, LeadWaves, boolean]>([
  ['sinus rhythm', waves(sinus(12)), false],
  ['three of ten ectopic', waves([...sinus(4), [V, 500], ...sinus(2), [V, 500], ['normal', 1100], [V, 500]]), false],
  [
    'four of ten',
    waves([...sinus(2), [V, 500], ['normal', 900], [V, 500], ...sinus(2), [V, 500], ['normal', 800], [V, 500]]),
    true
  ],
  ['a run of three at 120 a minute', waves([...sinus(9), [V, 500], [V, 500], [V, 500], ...sinus(4)]), true],
  ['the same at 75 a minute, as an escape', waves([...sinus(9), [V, 800], [V, 800], [V, 800], ...sinus(4)]), false],
  [
    'odd shapes that come when they are due',
    waves([...sinus(6), [V, 790], [V, 810], ...sinus(3), [V, 805], [V, 795], [V, 802]]),
    false
  ],
  [
    'two shapes in turn, the second late: which is which cannot be said',
    waves(Array.from({ length: 10 }, (_, i) => (i % 2 ? ['normal', 1200, 1] : ['normal', 500]))),
    true
  ],
  [
    '150 a minute, wide, no P',
    waves(
      Array.from({ length: 24 }, () => ['normal', 400]),
      { qrsMs: 160, pWaves: 'absent' }
    ),
    true
  ],
  [
    '150 a minute, wide, behind P',
    waves(
      Array.from({ length: 24 }, () => ['normal', 400]),
      { qrsMs: 160 }
    ),
    false
  ],
  [
    '150 a minute, narrow, no P',
    waves(
      Array.from({ length: 24 }, () => ['normal', 400]),
      { pWaves: 'absent' }
    ),
    false
  ],
  ['no beats', waves([]), false]
])('%s', (_what, lead, expected) => {
  expect(isRhythmUnsuitable(lead)).toBe(expected)
})

test('the QRS duration is the median over the beats that show both edges', () => {
  const lead = waves(sinus(5), { qrsMs: 110 })
  delete lead.delineation.leads[0]![1]!.qrs!.offset
  expect(qrsDurationMs(lead.delineation)).toBeCloseTo(110, 9)
  expect(qrsDurationMs({ ...lead.delineation, leads: [[]] })).toBeNaN()
})
