import type { Drawing, Item } from '../../../drawing/drawing.ts'
import { toPdf } from '../../../drawing/pdf.ts'
import { toSvg } from '../../../drawing/svg.ts'
import type { Delineation } from '../../../signal/delineation.ts'
import type { EcgomicsInput } from '../types.ts'
import { cellsOf } from './layout.ts'
import { ecgPaper, MM_PER_MV, MM_PER_SECOND, paperStartS } from './paper.ts'
import { penStrokes } from './trace.ts'

const TWELVE = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6']
const RATE = 500
const box = { x: 11, y: 20, width: 275, height: 115 }
const unmarked: Delineation = { rateHz: RATE, beats: [], leads: [], global: [], pWaves: 'unclear' }

const ecg = (names: string[], samples: Float64Array): EcgomicsInput => ({
  rateHz: RATE,
  leads: names.map((name) => ({ name, samples }))
})
const traces = (items: Item[]) =>
  items.filter((item) => item.kind === 'polyline').filter(({ clip }) => clip !== undefined)

test('a printed ECG has three rows of four leads and a rhythm strip, and time runs on from column to column', () => {
  const { rows, cells } = cellsOf(TWELVE)
  expect(rows).toBe(4)
  const where = (name: string) => cells.filter(({ lead }) => TWELVE[lead] === name)
  expect(where('aVF')).toEqual([{ lead: 5, row: 2, fromS: 2.5, toS: 5 }])
  expect(where('II')).toEqual([
    { lead: 1, row: 1, fromS: 0, toS: 2.5 },
    { lead: 1, row: 3, fromS: 0, toS: 10 }
  ])
  expect(cellsOf(['I', 'V5']).cells.map(({ toS }) => toS)).toEqual([10, 10])
})

test('one millivolt is ten millimetres and one second twenty-five, as the calibration pulse is', () => {
  const samples = new Float64Array(5000)
  samples.fill(1, 2500, 2600)
  const [trace] = traces(ecgPaper(ecg(['I'], samples), { delineation: unmarked }, box))
  const points = trace!.runs[0]!
  const xs = points.filter((_, i) => i % 2 === 0)
  const ys = points.filter((_, i) => i % 2 === 1)
  expect(Math.max(...ys) - Math.min(...ys)).toBeCloseTo(MM_PER_MV, 9)
  const raised = xs.filter((_, i) => ys[i]! < Math.max(...ys) - 5)
  expect(raised[0]).toBeCloseTo(box.x + 15 + 5 * MM_PER_SECOND, 1)
  expect(raised.at(-1)! - raised[0]!).toBeCloseTo(0.2 * MM_PER_SECOND, 0)
})

test('a missing sample lifts the pen, and a spike of one sample is drawn in full', () => {
  const samples = new Float64Array(1000)
  samples[333] = 2.5
  samples.fill(Number.NaN, 600, 700)
  const place = { toX: (sample: number) => sample, toY: (value: number) => value }
  const runs = penStrokes(samples, { from: 0, to: 1000, rateHz: RATE }, place)
  expect(runs).toHaveLength(2)
  expect(Math.max(...runs[0]!.filter((_, i) => i % 2 === 1))).toBe(2.5)
  expect(runs[0]!.at(-2)!).toBeLessThan(600)
  expect(runs[1]![0]!).toBeGreaterThanOrEqual(700)
})

test('marks stand where the wave begins and ends, in its colour; one outside of the shown span is not drawn', () => {
  const wave = (onset: number, offset: number) => ({
    onset,
    peak: (onset + offset) / 2,
    offset,
    path: 'classical' as const
  })
  const beats = [{ qrs: wave(1000, 1050) }, { qrs: wave(6000, 6050) }]
  const delineation = { ...unmarked, beats: [1025, 6025], leads: [beats], global: beats }
  const items = ecgPaper(ecg(['I'], new Float64Array(10_000)), { delineation }, box)
  const ticks = items.filter((item) => item.kind === 'line').map(({ x1, stroke }) => [x1, stroke.colour])
  expect(ticks).toEqual([
    [box.x + 15 + 50, '#d55e00'],
    [box.x + 15 + 52.5, '#d55e00']
  ])
  const bars = items.filter((item) => item.kind === 'rect')
  expect(bars).toHaveLength(1)
  expect(bars[0]).toMatchObject({ x: box.x + 65, width: 2.5 })
})

test('of a long recording the paper shows the stretch that was delineated', () => {
  const qrs = (at: number) => ({ qrs: { onset: at - 25, peak: at, offset: at + 25, path: 'classical' as const } })
  const beats = [300, 30_000, 30_500]
  const global = [{}, qrs(30_000), qrs(30_500)]
  const delineation = { ...unmarked, beats, leads: [global], global }
  const samples = new Float64Array(60_000)
  samples[30_000] = 1
  expect(paperStartS(delineation, samples.length)).toBe(59)
  const items = ecgPaper(ecg(['I'], samples), { delineation }, box)
  const ys = traces(items)[0]!.runs[0]!.filter((_, i) => i % 2 === 1)
  expect(Math.max(...ys) - Math.min(...ys)).toBeCloseTo(MM_PER_MV, 9)
  expect(items.filter((item) => item.kind === 'rect').map(({ x }) => x)).toEqual([
    expect.closeTo(box.x + 15 + (59.95 - 59) * MM_PER_SECOND, 9),
    expect.closeTo(box.x + 15 + (60.95 - 59) * MM_PER_SECOND, 9)
  ])
  expect(paperStartS({ ...delineation, global: [qrs(300), {}, {}] }, samples.length)).toBe(0)
})

describe('a drawing', () => {
  const drawing = (text: string): Drawing => ({
    widthMm: 100,
    heightMm: 50,
    title: text,
    items: [
      { kind: 'text', x: 1, y: 5, text, sizeMm: 3 },
      { kind: 'polyline', runs: [Float64Array.of(1, 1, 2, 2, 3.3333, 1)], stroke: { colour: '#000', widthMm: 0.2 } }
    ]
  })

  test('as SVG holds whatever a name holds as text, never as markup', () => {
    const svg = toSvg(drawing('<script>alert(1)</script>&"\u0000'))
    expect(svg).not.toContain('<script')
    expect(svg).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&amp;&quot; ')
    expect(svg).toContain('d="M1 1l1 1 1.33 -1"')
  })

  test('as PDF is one page of its size, the same bytes for the same time, and shows no wrong letter', async () => {
    const at = new Date('2026-01-05T08:30:00Z')
    const [first, second] = [
      await toPdf(drawing('Ødegård 山'), at, 'test'),
      await toPdf(drawing('Ødegård 山'), at, 'test')
    ]
    expect(Buffer.from(first).equals(Buffer.from(second))).toBe(true)
    const text = Buffer.from(first).toString('latin1')
    expect(text.startsWith('%PDF-')).toBe(true)
    expect(text.match(/\/Type \/Page\b(?!s)/g)).toHaveLength(1)
    expect(text).toMatch(/MediaBox \[0 0 283\.46\d* 141\.73\d*\]/)
    expect(text).not.toMatch(/\/JavaScript|\/URI|\/EmbeddedFile|\/Launch/)
  })
})
