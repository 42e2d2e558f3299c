import { type Drawing, QUIET, WAVE_COLOURS } from '../../../drawing/drawing.ts'
import { toPdf } from '../../../drawing/pdf.ts'
import { toSvg } from '../../../drawing/svg.ts'
import { CATALOGUE } from '../features/catalogue.ts'
import type { EcgMeasurement, EcgomicsInput } from '../types.ts'
import { reportFoot, reportHead } from './head-and-foot.ts'
import { ecgPaper, PAPER_WIDTH_MM, paperStartS } from './paper.ts'
import { dimensionTables } from './tables.ts'

/** A4 landscape. */
const PAGE = { width: 297, height: 210 }
const LEFT_MM = (PAGE.width - PAPER_WIDTH_MM) / 2
const UNKNOWN_TIME = new Date(0)

/**
 * The report of one recording on one page: head, millimetre paper with marks, tables of the four dimensions, foot.
 * The same measurement gives the same bytes.
 *
 * @returns svg as text, pdf as bytes
 */
export async function buildReport(
  input: EcgomicsInput,
  measurement: EcgMeasurement
): Promise<{ svg: string; pdf: Uint8Array }> {
  const drawing = reportDrawing(input, measurement)
  const madeAt = input.acquiredAt ? new Date(input.acquiredAt) : UNKNOWN_TIME
  const at = Number.isNaN(madeAt.getTime()) ? UNKNOWN_TIME : madeAt
  return { svg: toSvg(drawing), pdf: await toPdf(drawing, at, 'ecgomics') }
}

function reportDrawing(input: EcgomicsInput, measurement: EcgMeasurement): Drawing {
  const column = { x: LEFT_MM, width: PAPER_WIDTH_MM }
  const startS = paperStartS(measurement.delineation, input.leads[0]?.samples.length ?? 0)
  return {
    widthMm: PAGE.width,
    heightMm: PAGE.height,
    title: 'ECGomics report',
    items: [
      ...reportHead(input, measurement, { ...column, y: 6, height: 13 }),
      ...ecgPaper(input, measurement, { ...column, y: 20, height: 115 }),
      ...legend(LEFT_MM + 45, 18.2),
      ...dimensionTables(
        measurement.features,
        CATALOGUE,
        { sex: input.sex, changes: measurement.changes?.features },
        { ...column, y: 139, height: 60 }
      ),
      ...reportFoot(measurement, { filters: input.filters, paperStartS: startS }, { ...column, y: 200, height: 7 })
    ]
  }
}

/** Which colour is which wave, on the last line of the head. */
function legend(left: number, y: number): Drawing['items'] {
  const words = { p: 'P', qrs: 'QRS', t: 'T' }
  return (Object.keys(words) as (keyof typeof words)[]).flatMap((wave, index) => {
    const x = left + index * 13
    return [
      { kind: 'rect', x, y: y - 1.4, width: 3, height: 1.2, fill: WAVE_COLOURS[wave] },
      { kind: 'text', x: x + 3.8, y, text: words[wave], sizeMm: 2.2, colour: QUIET }
    ] as const
  })
}
