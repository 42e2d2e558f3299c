import type { BeatWaves, Delineation } from '../delineation.ts'
import { resample } from '../resample.ts'
import { delineate } from './delineate.ts'

/** Waves of a made beat: centre and width (standard deviation) in s from the fiducial, height in mV. */
const WAVES: Record<string, [centre: number, width: number, height: number]> = {
  p: [-0.16, 0.022, 0.12],
  q: [-0.03, 0.009, -0.1],
  r: [0, 0.011, 1.1],
  s: [0.032, 0.01, -0.25],
  t: [0.28, 0.045, 0.3]
}
/** How six leads see them: gain of P, QRS, T. */
const LEADS = [
  [1, 1, 1],
  [1.2, 0.8, 0.9],
  [0.4, -0.6, -0.3],
  [-1, -0.9, -0.9],
  [0.6, 0.5, 0.4],
  [0.7, 1.3, -0.8]
] as const
const FIDUCIALS_S = [0.7, 1.56, 2.4, 3.27, 4.1, 4.96, 5.8, 6.65, 7.5, 8.37, 9.2]

/** Ten seconds of it at any rate, exact: sums of Gaussians, no P where `withP` is false. */
function made(rateHz: number, { withP = true }: { withP?: boolean } = {}): Float64Array[] {
  return LEADS.map(([p, qrs, t]) =>
    Float64Array.from({ length: rateHz * 10 }, (_, i) => {
      let value = 0
      for (const at of FIDUCIALS_S) {
        for (const [name, [centre, width, height]] of Object.entries(WAVES)) {
          const gain = name === 'p' ? (withP ? p : 0) : name === 't' ? t : qrs
          const away = (i / rateHz - at - centre) / width
          if (Math.abs(away) < 6) value += gain * height * Math.exp((-away * away) / 2)
        }
      }
      return value
    })
  )
}

const run = (leads: readonly Float64Array[], rateHz = 500): Delineation =>
  delineate(leads, { rateHz, beats: FIDUCIALS_S.map((at) => Math.round(at * rateHz)) })

/** Every mark of a delineation as ms, by name. */
function marksMs(leads: readonly (readonly BeatWaves[])[], rateHz: number): Record<string, number> {
  const out: Record<string, number> = {}
  for (const [i, lead] of leads.entries()) {
    for (const [k, beat] of lead.entries()) {
      for (const [wave, mark] of Object.entries(beat)) {
        for (const edge of ['onset', 'peak', 'offset'] as const) {
          const at = mark[edge]
          if (at !== undefined) out[`${i}.${k}.${wave}.${edge}`] = (at * 1000) / rateHz
        }
      }
    }
  }
  return out
}

const farthestMs = (a: Record<string, number>, b: Record<string, number>): number => {
  expect(Object.keys(b).sort()).toEqual(Object.keys(a).sort())
  return Math.max(...Object.keys(a).map((key) => Math.abs(a[key]! - b[key]!)))
}

const LEADS_500 = made(500)
const PLAIN = run(LEADS_500)
const PLAIN_MS = marksMs(PLAIN.leads, 500)

describe('delineate on beats whose waves are known', () => {
  test('finds P, QRS and T of every beat in every lead', () => {
    expect(PLAIN.pWaves).toBe('present')
    for (const lead of PLAIN.leads) {
      for (const beat of lead) expect(Object.keys(beat).sort()).toEqual(['p', 'qrs', 't'])
    }
  })

  test('sets the peaks where they were made, within 10 ms', () => {
    // Of the first lead: P, R and T stand alone there; their tops are the centres given above.
    PLAIN.leads[0]!.forEach((beat, k) => {
      const from = FIDUCIALS_S[k]! * 500
      expect(Math.abs(beat.p!.peak - from - WAVES['p']![0] * 500)).toBeLessThanOrEqual(5)
      expect(Math.abs(beat.qrs!.peak - from)).toBeLessThanOrEqual(5)
      expect(Math.abs(beat.t!.peak - from - WAVES['t']![0] * 500)).toBeLessThanOrEqual(5)
    })
  })

  test('sets the edges of each wave between two and four standard deviations from its centre', () => {
    for (const lead of PLAIN.leads) {
      lead.forEach(({ p, t }, k) => {
        for (const [mark, name] of [
          [p, 'p'],
          [t, 't']
        ] as const) {
          const [centre, width] = WAVES[name]!
          const at = (FIDUCIALS_S[k]! + centre) * 500
          expect((at - mark!.onset!) / (width * 500)).toBeGreaterThan(1.4)
          expect((at - mark!.onset!) / (width * 500)).toBeLessThan(4)
          expect((mark!.offset! - at) / (width * 500)).toBeGreaterThan(1.4)
          expect((mark!.offset! - at) / (width * 500)).toBeLessThan(4)
        }
      })
    }
  })

  test('marks no P where there is none, and says that it is not sure why', () => {
    const { leads, pWaves } = run(made(500, { withP: false }))
    expect(leads.flat().filter(({ p }) => p)).toEqual([])
    expect(pWaves).toBe('unclear')
  })
})

test('begins QRS behind the stimulus of a pacemaker', () => {
  const paced = LEADS_500.map((lead) => {
    const spiked = lead.slice()
    // 4 ms wide, 1 mV, 70 ms before the R peak: 30 ms before QRS begins.
    for (const at of FIDUCIALS_S) for (const i of [0, 1]) spiked[Math.round(at * 500) - 35 + i]! += 1
    return spiked
  })
  run(paced).global.forEach(({ qrs }, k) => {
    expect(Math.abs(qrs!.onset! - PLAIN.global[k]!.qrs!.onset!)).toBeLessThanOrEqual(4)
  })
})

describe('what must not move a mark', () => {
  test('gain', () => {
    expect(run(LEADS_500.map((lead) => lead.map((value) => 2 * value))).leads).toEqual(PLAIN.leads)
  })

  test('an offset of each lead', () => {
    const shifted = run(LEADS_500.map((lead, i) => lead.map((value) => value + i - 2.5)))
    expect(farthestMs(PLAIN_MS, marksMs(shifted.leads, 500))).toBeLessThanOrEqual(0.001)
  })

  test('polarity of all leads, but for the R peak, which then is another wave', () => {
    const turned = marksMs(run(LEADS_500.map((lead) => lead.map((value) => -value))).leads, 500)
    const isOther = (key: string): boolean => key.endsWith('qrs.peak')
    const others = (marks: Record<string, number>) => Object.entries(marks).filter(([key]) => !isOther(key))
    expect(others(turned)).toEqual(others(PLAIN_MS))
  })

  test('a wave of P between T and QRS that is slow and tall beside a low QRS', () => {
    // P of 0.3 mV under a QRS of 0.4: its slope is a good part of that of QRS, and still it is none of it.
    const low = [0, 1, 2].map((l) =>
      Float64Array.from({ length: 5000 }, (_, i) => {
        let value = 0
        for (const at of FIDUCIALS_S) {
          const s = i / 500 - at
          value += (0.3 + 0.02 * l) * Math.exp(-0.5 * ((s + 0.17) / 0.02) ** 2)
          value += (0.4 - 0.1 * l) * Math.exp(-0.5 * (s / 0.014) ** 2)
          value += 0.15 * Math.exp(-0.5 * ((s - 0.28) / 0.045) ** 2)
        }
        return value
      })
    )
    for (const [k, { p, qrs }] of run(low).global.entries()) {
      expect(qrs!.onset! / 500 - FIDUCIALS_S[k]!).toBeGreaterThan(-0.07)
      expect(p!.peak / 500 - FIDUCIALS_S[k]!).toBeCloseTo(-0.17, 2)
    }
  })

  test('order of the leads', () => {
    expect(run([...LEADS_500].reverse()).leads.reverse()).toEqual(PLAIN.leads)
  })

  test.each([250, 1000, 360])('a rate of %d Hz, within 4 ms', (rateHz) => {
    expect(farthestMs(PLAIN_MS, marksMs(run(made(rateHz), rateHz).leads, rateHz))).toBeLessThanOrEqual(4)
  })

  test('resampling to 250 Hz, within 4 ms', () => {
    const halved = LEADS_500.map((lead) => resample(lead, { fromHz: 500, toHz: 250 }))
    expect(farthestMs(PLAIN_MS, marksMs(run(halved, 250).leads, 250))).toBeLessThanOrEqual(4)
  })

  test.each([50, 60])('0.1 mV of %d Hz: QT of every beat stays within 5 ms', (hz) => {
    const hum = LEADS_500.map((lead, l) =>
      lead.map((value, i) => value + 0.1 * Math.sin(0.2 * i * ((Math.PI * hz) / 50) + l))
    )
    const { global } = run(hum)
    global.forEach(({ qrs, t }, k) => {
      const qt = (t!.offset! - qrs!.onset!) * 2
      const plain = (PLAIN.global[k]!.t!.offset! - PLAIN.global[k]!.qrs!.onset!) * 2
      expect(Math.abs(qt - plain)).toBeLessThanOrEqual(5)
    })
  })
})

describe('hostile leads', () => {
  test('a lead without a sample has no marks, and the others keep theirs', () => {
    const { leads } = run([...LEADS_500, new Float64Array(5000).fill(Number.NaN)])
    expect(leads[6]!.every((beat) => Object.keys(beat).length === 0)).toBe(true)
    expect(leads.slice(0, 6)).toEqual(PLAIN.leads)
  })

  test('sets no mark into missing samples', () => {
    const gap = LEADS_500.map((lead) => lead.map((value, i) => (i >= 1400 && i < 1800 ? Number.NaN : value)))
    for (const at of Object.values(marksMs(run(gap).leads, 1000))) expect(at < 1400 || at >= 1800).toBe(true)
  })

  test.each([
    ['flat leads', [new Float64Array(5000), new Float64Array(5000)], [700, 1500, 2300]],
    ['no beats', LEADS_500, []],
    ['no leads', [], [700]],
    ['leads shorter than a beat', [new Float64Array(20)], [10]],
    ['beats beyond the end', LEADS_500, [4999, 9000]]
  ])('answers %s without a mark out of range', (_what, leads, beats) => {
    const { global, leads: marked } = delineate(leads, { rateHz: 500, beats })
    expect(global).toHaveLength(leads.length === 0 ? global.length : beats.length)
    for (const at of Object.values(marksMs(marked, 1000))) {
      expect(at).toBeGreaterThanOrEqual(0)
      expect(at).toBeLessThan(5000)
    }
  })
})
