import type { SubgroupReport, SubgroupRow } from '../../../inference/metrics/subgroups.ts'
import { type Axis, axisOver, tickText } from '../axis.ts'
import { type Markup, markup } from '../markup.ts'
import { metricText } from '../metrics.ts'
import { count, interval, shown } from '../numbers.ts'
import type { PublishedReport } from '../published.ts'

/** px; a page of A4 across at 96 px an inch holds it at 70 %. */
const SIZE = { row: 20, head: 64, foot: 34, names: 214, counts: 96, panel: 170, gap: 26, margin: 16 }
const MAX_NAME = 30
/** One dark blue and greys: read in grey print and by colour-blind people; shapes carry the meaning. */
const INK = { text: '#1a1a1a', quiet: '#595959', line: '#8c8c8c', mark: '#14507a', grid: '#e3e3e3' }
const LOGIT_BOUNDS = [-3, 3] as const
const PANELS = {
  probability: ['auroc', 'sensitivity', 'fpr', 'calibration.intercept'],
  score: ['auroc', 'sensitivity', 'fpr'],
  measurement: ['bias', 'sd', 'meanAbsolute']
} as const

interface Panel {
  name: string
  axis: Axis
  left: number
}

type Line = { kind: 'attribute'; name: string; note?: string } | { kind: 'row'; row: SubgroupRow }

/**
 * Forest plot of a subgroup report: a row for every group, a panel for each of AUROC, sensitivity, false-positive rate and
 * calibration (of a measurement: bias, spread, size of error), a square at the value with its 95 % interval, the dashed line at the value of
 * all cases together. What is withheld says so in words. Text is text; a light ground; nothing hangs on colour.
 */
export function forestPlot({ report, provenance }: PublishedReport): Markup {
  const panels = panelsOf(report)
  const lines = linesOf(report)
  const width = panels.at(-1)!.left + SIZE.panel + SIZE.margin + 12
  const height = SIZE.head + lines.length * SIZE.row + SIZE.foot
  const bottom = height - SIZE.foot
  return markup`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="forest-title forest-description" font-family="Helvetica, Arial, sans-serif" font-size="12" fill="${INK.text}">
<title id="forest-title">${titleOf(report, provenance)}</title>
<desc id="forest-description">Each row is a group. Squares are values, lines their 95 % intervals by patient, the dashed line is all cases together. The same figures stand in the table.</desc>
<rect width="${width}" height="${height}" fill="#ffffff"/>
<text x="${SIZE.margin}" y="22" font-size="14" font-weight="bold">${titleOf(report, provenance)}</text>
<text x="${SIZE.margin}" y="${SIZE.head - 10}" font-weight="bold">Group</text>
<text x="${SIZE.margin + SIZE.names + SIZE.counts - 12}" y="${SIZE.head - 10}" font-weight="bold" text-anchor="end">${report.kind === 'measurement' ? 'n' : 'n / events'}</text>
${panels.map((panel) => frame(panel, { bottom, overall: report.overall, unit: report.unit }))}
<line x1="${SIZE.margin}" x2="${width - SIZE.margin}" y1="${SIZE.head}" y2="${SIZE.head}" stroke="${INK.line}"/>
${lines.map((line, i) => {
  const y = SIZE.head + i * SIZE.row
  return line.kind === 'attribute' ? attributeLine(line, y, width) : groupLine(line.row, { panels, y, report })
})}
</svg>`
}

const titleOf = ({ label }: SubgroupReport, { title, model }: PublishedReport['provenance']): string =>
  cut(`${title}: ${label} by group, ${model.name} ${model.version}`.trim(), 110)

function panelsOf(report: SubgroupReport): Panel[] {
  const rows = [report.overall, ...report.rows]
  const has = (name: string): boolean => rows.some(({ figures }) => figures.some((figure) => figure.name === name))
  const names = PANELS[report.kind].filter(has)
  const start = SIZE.margin + SIZE.names + SIZE.counts
  return (names.length > 0 ? names : PANELS[report.kind].slice(0, 1)).map((name, i) => {
    const left = start + i * (SIZE.panel + SIZE.gap)
    const { scale, ideal } = metricText(name)
    const values = rows.flatMap(({ figures }) =>
      figures.flatMap((figure) => (figure.name === name ? [figure.value, ...figure.ci] : []))
    )
    const known = values.filter((value) => value !== null)
    return {
      name,
      left,
      axis: axisOver(ideal === undefined ? known : [...known, ideal], {
        left,
        right: left + SIZE.panel,
        ...(scale === 'fraction' ? { bounds: [0, 1] as const } : {}),
        ...(scale === 'logit' ? { bounds: LOGIT_BOUNDS } : {})
      })
    }
  })
}

/** The overall row, then each attribute with its groups. */
function linesOf({ overall, rows, gaps, measuredGaps }: SubgroupReport): Line[] {
  const verdicts = new Map([...gaps, ...measuredGaps].map(({ attribute, verdict }) => [attribute, verdict]))
  const attributes = Map.groupBy(rows, ({ attribute }) => attribute)
  return [
    { kind: 'row', row: overall },
    ...[...attributes].flatMap(([name, members]): Line[] => [
      {
        kind: 'attribute',
        name,
        note: members.length === 1 ? 'one group only' : VERDICTS[verdicts.get(name) ?? 'not-judged']
      },
      ...members.map((row): Line => ({ kind: 'row', row }))
    ])
  ]
}

const VERDICTS = {
  found: 'difference between groups found',
  'not-found': 'no difference found',
  'not-judged': 'fewer than two groups are large enough to compare'
}

/** Grid, ticks, head, and the dashed line of all cases together. */
function frame(
  { name, axis, left }: Panel,
  { bottom, overall, unit }: { bottom: number; overall: SubgroupRow; unit?: string }
): Markup {
  const { short, scale, ideal } = metricText(name)
  const all = overall.figures.find((figure) => figure.name === name)?.value ?? null
  const unitText = scale === 'unit' && unit ? `, ${unit}` : scale === 'logit' ? ', log odds' : ''
  return markup`<text x="${left + SIZE.panel / 2}" y="${SIZE.head - 10}" text-anchor="middle" font-weight="bold">${short}${unitText}</text>
${axis.ticks.map(
  (tick) =>
    markup`<line x1="${round(axis.at(tick))}" x2="${round(axis.at(tick))}" y1="${SIZE.head}" y2="${bottom + 4}" stroke="${tick === ideal ? INK.line : INK.grid}"/><text x="${round(axis.at(tick))}" y="${bottom + 18}" text-anchor="middle" font-size="11" fill="${INK.quiet}">${tickText(tick)}</text>`
)}
${all === null ? undefined : markup`<line x1="${round(axis.at(all))}" x2="${round(axis.at(all))}" y1="${SIZE.head}" y2="${bottom}" stroke="${INK.mark}" stroke-dasharray="3 3"/>`}
<line x1="${left}" x2="${left + SIZE.panel}" y1="${bottom}" y2="${bottom}" stroke="${INK.line}"/>`
}

function attributeLine({ name, note }: Extract<Line, { kind: 'attribute' }>, y: number, width: number): Markup {
  return markup`<rect x="${SIZE.margin}" y="${y + 1}" width="${width - 2 * SIZE.margin}" height="${SIZE.row - 1}" fill="#f3f4f6"/>
<text x="${SIZE.margin + 4}" y="${y + 14}"><tspan font-weight="bold">${cut(name, MAX_NAME)}</tspan><tspan dx="10" fill="${INK.quiet}">${note}</tspan></text>`
}

function groupLine(
  row: SubgroupRow,
  { panels, y, report }: { panels: readonly Panel[]; y: number; report: SubgroupReport }
): Markup {
  const isAll = row.attribute === ''
  const middle = y + SIZE.row / 2
  const counts = report.kind === 'measurement' ? count(row.n) : `${count(row.n)} / ${count(row.positives)}`
  const name = isAll ? 'all cases' : row.group
  return markup`<text x="${SIZE.margin + (isAll ? 0 : 14)}" y="${y + 14}"${isAll ? markup` font-weight="bold"` : undefined}>${cut(name, MAX_NAME)}${name.length > MAX_NAME ? markup`<title>${name}</title>` : undefined}</text>
<text x="${SIZE.margin + SIZE.names + SIZE.counts - 12}" y="${y + 14}" text-anchor="end" fill="${INK.quiet}">${counts}</text>
${
  row.withheld
    ? markup`<rect x="${panels[0]!.left - 1}" y="${y + 1}" width="${8 + WITHHELD[row.withheld].length * 6}" height="${SIZE.row - 2}" fill="#ffffff"/><text x="${panels[0]!.left + 2}" y="${y + 14}" font-style="italic" fill="${INK.quiet}">${WITHHELD[row.withheld]}</text>`
    : panels.map((panel) => mark(row, panel, middle))
}`
}

export const WITHHELD = {
  small: 'too few cases or events for figures',
  complementary: 'withheld: would reveal the hidden group'
}

/** Square with its interval (all cases: a diamond); an open arrowhead where the interval goes on beyond the axis, a full one with its number where the value does. */
function mark({ figures, attribute }: SubgroupRow, { name, axis, left }: Panel, y: number): Markup {
  const figure = figures.find((one) => one.name === name)
  if (!figure || figure.value === null)
    return markup`<text x="${left + SIZE.panel / 2}" y="${y + 4}" text-anchor="middle" font-size="11" fill="${INK.quiet}">not defined</text>`
  const { value, ci } = figure
  const x = round(axis.at(value))
  const said = markup`<title>${metricText(name).short} ${shown(value)} (${interval(ci) || 'no interval'})</title>`
  const isBeyond = value < axis.from - 1e-9 ? -1 : value > axis.to + 1e-9 ? 1 : 0
  if (isBeyond !== 0)
    return markup`<g><path d="M${x - isBeyond * 9} ${y - 5}L${x} ${y}L${x - isBeyond * 9} ${y + 5}Z" fill="${INK.mark}"/><text x="${x - isBeyond * 13}" y="${y + 4}" text-anchor="${isBeyond > 0 ? 'end' : 'start'}" font-size="11">${shown(value)}</text>${said}</g>`
  const shape =
    attribute === ''
      ? markup`<path d="M${round(x - 6)} ${y}L${x} ${y - 5}L${round(x + 6)} ${y}L${x} ${y + 5}Z" fill="${INK.mark}"/>`
      : markup`<rect x="${round(x - 4)}" y="${y - 4}" width="8" height="8" fill="${INK.mark}"/>`
  return markup`<g>${ci[0] === null || ci[1] === null ? undefined : whisker([ci[0], ci[1]], axis, y)}${shape}${said}</g>`
}

function whisker([low, high]: readonly [number, number], axis: Axis, y: number): Markup {
  const [from, to] = [round(axis.at(low)), round(axis.at(high))]
  const end = (x: number, beyond: boolean, direction: 1 | -1): Markup =>
    beyond
      ? markup`<path d="M${x - direction * 6} ${y - 4}L${x} ${y}L${x - direction * 6} ${y + 4}" fill="none" stroke="${INK.mark}" stroke-width="1.5"/>`
      : markup`<line x1="${x}" x2="${x}" y1="${y - 4}" y2="${y + 4}" stroke="${INK.mark}" stroke-width="1.5"/>`
  return markup`<line x1="${from}" x2="${to}" y1="${y}" y2="${y}" stroke="${INK.mark}" stroke-width="1.5"/>${end(from, low < axis.from - 1e-9, -1)}${end(to, high > axis.to + 1e-9, 1)}`
}

const round = (value: number): number => Math.round(value * 10) / 10

/** Cut by characters and not by halves of one. */
function cut(text: string, most: number): string {
  const characters = [...text]
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}\u2026`
}
