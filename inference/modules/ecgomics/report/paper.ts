import { type Box, INK, type Item, QUIET, WAVE_COLOURS } from '../../../drawing/drawing.ts'
import type { BeatWaves, WaveName } from '../../../signal/delineation.ts'
import type { EcgMeasurement, EcgomicsInput } from '../types.ts'
import { type Cell, cellsOf, PAPER_SECONDS } from './layout.ts'
import { penStrokes, restingLevel } from './trace.ts'

export const MM_PER_SECOND = 25
export const MM_PER_MV = 10
const CALIBRATION_MM = 15
/** A trace may leave its row by this much before it is cut, as on paper. */
const OVERHANG_MM = 10

/** R waves stand up higher than S waves hang down: the base line lies below the middle, and the first row has room above. */
const BASE_IN_ROW = 0.58
const HEADROOM_MM = 4

const FINE = { colour: '#f3c9c6', widthMm: 0.06 }
const STRONG = { colour: '#e79f99', widthMm: 0.14 }
const PEN = { colour: INK, widthMm: 0.22 }

/** Width that the paper takes: the calibration pulse and ten seconds, in whole large squares. */
export const PAPER_WIDTH_MM = CALIBRATION_MM + PAPER_SECONDS * MM_PER_SECOND

/**
 * The tracing on millimetre paper: 25 mm/s, 10 mm/mV, a 1 mV calibration pulse of 0.2 s at the start of each row, three rows of
 * four leads in the order of a printed ECG with a rhythm strip below, or one row a lead where there are fewer.
 * Short coloured ticks stand at the onsets and offsets of each lead's own marks; bars under the last row show the global ones.
 */
export function ecgPaper(
  { leads, rateHz }: EcgomicsInput,
  { delineation }: Pick<EcgMeasurement, 'delineation'>,
  box: Box
): Item[] {
  const { rows, cells } = cellsOf(leads.map(({ name }) => name))
  const startS = paperStartS(delineation, leads[0]?.samples.length ?? 0)
  const rowHeight = (box.height - HEADROOM_MM) / rows
  const baseOf = (row: number): number => box.y + HEADROOM_MM + (row + BASE_IN_ROW) * rowHeight
  const items: Item[] = [{ kind: 'grid', ...box, fine: FINE, strong: STRONG }]
  for (let row = 0; row < rows; row++) items.push(calibrationPulse(box.x + 4, baseOf(row)))
  for (const cell of cells) {
    const { samples, name, derived } = leads[cell.lead]!
    const span = { from: Math.round((startS + cell.fromS) * rateHz), to: Math.round((startS + cell.toS) * rateHz) }
    const baseY = baseOf(cell.row)
    const level = restingLevel(samples, span)
    const place = {
      toX: (sample: number) => box.x + CALIBRATION_MM + (sample / rateHz - startS) * MM_PER_SECOND,
      toY: (value: number) => baseY - (value - level) * MM_PER_MV
    }
    const clip = {
      x: place.toX(span.from),
      y: Math.max(box.y, baseY - rowHeight / 2 - OVERHANG_MM),
      width: (cell.toS - cell.fromS) * MM_PER_SECOND,
      height: 0
    }
    clip.height = Math.min(box.y + box.height, baseY + rowHeight / 2 + OVERHANG_MM) - clip.y
    items.push(...leadTicks(delineation.leads[cell.lead] ?? [], span, { toX: place.toX, samples, toY: place.toY }))
    items.push({ kind: 'polyline', runs: penStrokes(samples, { ...span, rateHz }, place), stroke: PEN, clip })
    const label = derived ? `${name} (derived)` : name
    items.push({ kind: 'text', x: clip.x + 1, y: baseY - rowHeight / 2 + 4, text: label, sizeMm: 3, bold: true })
    if (cell.fromS > 0) items.push(columnMark(clip.x, baseY))
    if (cell.row === rows - 1)
      items.push(...globalBars(delineation.global, span, { toX: place.toX, y: box.y + box.height - 1.6 }))
  }
  return items
}

/**
 * Second of the recording at which the paper begins: 0, or, of a recording that was delineated elsewhere (the most regular
 * stretch of a long one), just before the first beat that has marks.
 */
export function paperStartS({ global, beats, rateHz }: EcgMeasurement['delineation'], length: number): number {
  const first = global.findIndex(({ qrs }) => qrs !== undefined)
  if (first < 0 || beats[first]! < PAPER_SECONDS * rateHz) return 0
  const latest = Math.floor(length / rateHz - PAPER_SECONDS)
  return Math.max(0, Math.min(latest, Math.floor(beats[first]! / rateHz - 0.5)))
}

function calibrationPulse(x: number, baseY: number): Item {
  const wide = 0.2 * MM_PER_SECOND
  const top = baseY - MM_PER_MV
  const corners = [
    x,
    baseY,
    x + 1.5,
    baseY,
    x + 1.5,
    top,
    x + 1.5 + wide,
    top,
    x + 1.5 + wide,
    baseY,
    x + 3 + wide,
    baseY
  ]
  return { kind: 'polyline', runs: [Float64Array.from(corners)], stroke: PEN }
}

const columnMark = (x: number, baseY: number): Item => ({
  kind: 'line',
  x1: x,
  y1: baseY - 2.5,
  x2: x,
  y2: baseY + 2.5,
  stroke: { colour: QUIET, widthMm: 0.2 }
})

/** Onset and offset of each wave as short ticks through the trace where it stands. */
function leadTicks(
  beats: readonly BeatWaves[],
  { from, to }: { from: number; to: number },
  { toX, toY, samples }: { toX(sample: number): number; toY(value: number): number; samples: Float64Array }
): Item[] {
  return beats.flatMap((waves) =>
    (Object.keys(WAVE_COLOURS) as WaveName[]).flatMap((wave) =>
      [waves[wave]?.onset, waves[wave]?.offset].flatMap((at): Item[] => {
        if (at === undefined || at < from || at >= to) return []
        const value = samples[Math.round(at)]
        if (value === undefined || !Number.isFinite(value)) return []
        const [x, y] = [toX(at), toY(value)]
        return [
          {
            kind: 'line',
            x1: x,
            y1: y - 1.3,
            x2: x,
            y2: y + 1.3,
            stroke: { colour: WAVE_COLOURS[wave], widthMm: 0.25 }
          }
        ]
      })
    )
  )
}

/** P, QRS and T over all leads as bars from onset to offset. */
function globalBars(
  beats: readonly BeatWaves[],
  { from, to }: { from: number; to: number },
  { toX, y }: { toX(sample: number): number; y: number }
): Item[] {
  return beats.flatMap((waves) =>
    (Object.keys(WAVE_COLOURS) as WaveName[]).flatMap((wave): Item[] => {
      const mark = waves[wave]
      if (mark?.onset === undefined || mark.offset === undefined || mark.onset < from || mark.offset >= to) return []
      return [
        {
          kind: 'rect',
          x: toX(mark.onset),
          y,
          width: toX(mark.offset) - toX(mark.onset),
          height: 1,
          fill: WAVE_COLOURS[wave]
        }
      ]
    })
  )
}

export type { Cell }
