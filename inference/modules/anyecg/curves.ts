import { type Drawing, INK, type Item, QUIET } from '../../drawing/drawing.ts'
import { toPdf } from '../../drawing/pdf.ts'
import { toSvg } from '../../drawing/svg.ts'
import { marked } from './explain.ts'
import { localCode } from './to-fhir/local-code.ts'
import type { AnyEcgInput, ConditionResult, ProfileFindings } from './types.ts'

/** Curves on one page: more than these no reader compares. */
const MAX_PANELS = 6
const COLUMNS = 2
const PANEL = { width: 86, height: 44, gap: 8 }
const MARGIN = 10
const HEAD_MM = 14
const PLOT = { left: 12, top: 7, right: 3, bottom: 6 }
const NOW = { colour: '#0072b2', widthMm: 0.6 }
const ALONE = { colour: '#999999', widthMm: 0.4 }
const EARLIER = { colour: '#e69f00', widthMm: 0.4 }
const AXIS = { colour: QUIET, widthMm: 0.15 }
/** Ends of the axis of risk, the smallest that holds all curves. */
const TOPS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1]
/** The same profile must give the same bytes whenever it is drawn. */
const UNDATED = new Date(0)

/**
 * Cumulative risk of the shown conditions over the years, beside that of age and sex alone, with what the same person's earlier
 * profile said beneath.
 *
 * @returns undefined where no shown condition has a future
 */
export async function drawCurves(
  { shown }: Pick<ProfileFindings, 'shown'>,
  { earlier }: Pick<AnyEcgInput, 'earlier'>
): Promise<ProfileFindings['drawing']> {
  const results = shown.filter(({ risk }) => risk && risk.length > 1).slice(0, MAX_PANELS)
  if (results.length === 0) return undefined
  const drawing = page(results, earlier)
  return { svg: toSvg(drawing), pdf: await toPdf(drawing, UNDATED, 'anyecg') }
}

function page(results: readonly ConditionResult[], earlier: AnyEcgInput['earlier']): Drawing {
  const rows = Math.ceil(results.length / COLUMNS)
  const items = results.flatMap((result, i) =>
    panel(result, earlier?.risk[localCode(result.key)], {
      x: MARGIN + (i % COLUMNS) * (PANEL.width + PANEL.gap),
      y: HEAD_MM + Math.floor(i / COLUMNS) * (PANEL.height + PANEL.gap)
    })
  )
  const isSimulated = results.some(({ label }) => label.data === 'simulated')
  const title = 'Risk by year, beside that of age and sex alone'
  return {
    widthMm: 2 * MARGIN + COLUMNS * PANEL.width + (COLUMNS - 1) * PANEL.gap,
    heightMm: HEAD_MM + rows * (PANEL.height + PANEL.gap) + 2,
    title,
    items: [
      { kind: 'text', x: MARGIN, y: 6, text: title, sizeMm: 3.4, bold: true },
      {
        kind: 'text',
        x: MARGIN,
        y: 10,
        text: `Research prototype, not for clinical use.${isSimulated ? ' SIMULATED labels.' : ''}`,
        sizeMm: 2.4,
        colour: QUIET
      },
      ...legend(earlier !== undefined),
      ...items
    ]
  }
}

function legend(hasEarlier: boolean): Item[] {
  const entries = [
    ['this tracing', NOW],
    ['age and sex alone', ALONE],
    ...(hasEarlier ? ([['earlier tracing', EARLIER]] as const) : [])
  ] as const
  return entries.flatMap(([text, stroke], i): Item[] => {
    const x = 95 + i * 32
    return [
      { kind: 'line', x1: x, y1: 9.2, x2: x + 5, y2: 9.2, stroke },
      { kind: 'text', x: x + 6, y: 10, text, sizeMm: 2.4, colour: QUIET }
    ]
  })
}

type Points = readonly { years: number; probability: number }[]

function panel(result: ConditionResult, earlier: Points | undefined, { x, y }: { x: number; y: number }): Item[] {
  const risk = result.risk!
  const alone = risk.flatMap(({ years, ageSex }) => (ageSex === undefined ? [] : [{ years, probability: ageSex }]))
  const last = risk.at(-1)!.years
  const highest = Math.max(...[...risk, ...alone, ...(earlier ?? [])].map(({ probability }) => probability))
  const top = TOPS.find((end) => end >= highest) ?? 1
  const plot = {
    x: x + PLOT.left,
    y: y + PLOT.top,
    width: PANEL.width - PLOT.left - PLOT.right,
    height: PANEL.height - PLOT.top - PLOT.bottom
  }
  const [toX, toY] = [
    (years: number) => plot.x + (years / last) * plot.width,
    (probability: number) => plot.y + plot.height * (1 - probability / top)
  ]
  const curve = (points: Points, stroke: typeof NOW): Item[] =>
    points.length === 0
      ? []
      : [
          {
            kind: 'polyline',
            runs: [
              Float64Array.from(
                [{ years: 0, probability: 0 }, ...points].flatMap(({ years, probability }) => [
                  toX(years),
                  toY(probability)
                ])
              )
            ],
            stroke
          }
        ]
  const word = (text: string, at: { x: number; y: number }, anchor: 'start' | 'middle' | 'end'): Item => ({
    kind: 'text',
    ...at,
    text,
    sizeMm: 2.3,
    colour: QUIET,
    anchor
  })
  return [
    {
      kind: 'text',
      x,
      y: y + 3.4,
      text: marked(result, result.label.title),
      sizeMm: 2.8,
      bold: result.raised,
      colour: INK
    },
    { kind: 'line', x1: plot.x, y1: plot.y, x2: plot.x, y2: plot.y + plot.height, stroke: AXIS },
    {
      kind: 'line',
      x1: plot.x,
      y1: plot.y + plot.height,
      x2: plot.x + plot.width,
      y2: plot.y + plot.height,
      stroke: AXIS
    },
    word(`${top * 100} %`, { x: plot.x - 1, y: plot.y + 1.5 }, 'end'),
    word('0', { x: plot.x - 1, y: plot.y + plot.height }, 'end'),
    ...risk
      .filter(({ years }) => years === 1 || years === last || years % 5 === 0)
      .map(({ years }) => word(`${years} y`, { x: toX(years), y: plot.y + plot.height + 3 }, 'middle')),
    ...curve(alone, ALONE),
    ...curve(earlier ?? [], EARLIER),
    ...curve(risk, NOW)
  ]
}
