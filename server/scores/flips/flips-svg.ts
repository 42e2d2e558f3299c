import type { FlipAudit } from './audit-flips.ts'
import type { FlipRow } from './summarise.ts'

const WIDTH = 900
const ROW = 76
/** Of a row without a strip. */
const BARE_ROW = 48
const HEAD = 64
const FOOT = 46
const MAX_ROWS = 24
/** The strip of changes begins and ends here. */
const [LEFT, RIGHT] = [300, 640]
const BINS = 41
const FONT = 'font-family="Helvetica, Arial, sans-serif"'
const INK = '#1b2733'
const PALE = '#5b6b7a'
const BAR = '#7fa8c9'
const MARK = '#b3261e'

/**
 * The changes of every contrast as a strip of bars about zero, with the mean and its interval below: one picture that says
 * how much, in which direction, and how often not at all. Rows that are not informative stand there without a strip.
 *
 * @returns an SVG document; only names of attributes and numbers, nothing of a stay
 */
export function flipsSvg({
  target,
  scale,
  stays,
  rows: all,
  changes
}: Pick<FlipAudit, 'target' | 'scale' | 'stays' | 'rows' | 'changes'>): string {
  // Of two hundred measurements those that moved, and never more than a page holds.
  const rows = all.filter(({ verdict }) => scale.unit !== 'measurement' || verdict === 'difference').slice(0, MAX_ROWS)
  let end = HEAD
  const tops = rows.map((row) => {
    const top = end
    end += hasStrip(row, scale.unit) ? ROW : BARE_ROW
    return top
  })
  const height = end + FOOT
  const reach = Math.max(0.05 * (scale.max - scale.min), ...rows.map(({ largest = 0 }) => Math.abs(largest)))
  const x = (change: number): number => (LEFT + RIGHT) / 2 + ((RIGHT - LEFT) / 2) * (change / reach)
  const unit = scale.unit === 'measurement' ? 'each in its unit; others did not move' : scale.unit
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">`,
    `<title>Flip audit of ${escaped(target)}</title>`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    text({ x: 24, y: 30, size: 18, weight: 'bold' }, `Flip audit of ${target}`),
    text(
      { x: 24, y: 50, size: 12, fill: PALE },
      `${stays} stays, each asked again with one attribute changed; change of the score (${unit}); bars by the square root of their number`
    ),
    ...rows.flatMap((row, i) =>
      rowMarks(row, { top: tops[i]!, x, changes: ofRow(changes, row), reach, isDrawn: hasStrip(row, scale.unit) })
    ),
    ...(rows.some((row) => hasStrip(row, scale.unit)) ? axis({ y: end + 8, x, reach }) : []),
    '</svg>'
  ].join('\n')
}

/** Measurements have no common axis, and what was not asked has no changes. */
const hasStrip = ({ mean, ci }: FlipRow, unit: FlipAudit['scale']['unit']): boolean =>
  unit !== 'measurement' && mean !== undefined && ci !== undefined

const ofRow = (changes: FlipAudit['changes'], { variant, contrast }: FlipRow): number[] =>
  changes.filter((one) => one.variant === variant && one.contrast === contrast).map(({ change }) => change)

interface Place {
  top: number
  x(change: number): number
  changes: number[]
  reach: number
  isDrawn: boolean
}

function rowMarks(row: FlipRow, { top, x, changes, reach, isDrawn }: Place): string[] {
  const base = top + 52
  const words = [
    text({ x: 24, y: top + 24, size: 13, weight: 'bold' }, row.contrast),
    text({ x: 24, y: top + 42, size: 12, fill: PALE }, `${row.variant}, ${row.twins} twins of ${row.stays} people`),
    text({ x: RIGHT + 24, y: top + 24, size: 13, weight: 'bold', fill: isUnfair(row) ? MARK : INK }, row.verdict),
    ...(row.mean === undefined || !row.ci
      ? []
      : [
          text(
            { x: RIGHT + 24, y: top + 42, size: 12, fill: PALE },
            `mean ${signed(row.mean, reach)} (${signed(row.ci[0], reach)} to ${signed(row.ci[1], reach)})`
          )
        ])
  ]
  if (!isDrawn || row.mean === undefined || !row.ci) return words
  const line = `<line x1="${LEFT}" y1="${base}" x2="${RIGHT}" y2="${base}" stroke="${PALE}" stroke-width="1"/>`
  const counts = binned(changes, reach)
  const most = Math.max(...counts)
  const step = (RIGHT - LEFT) / BINS
  const bars = counts.flatMap((count, i) => {
    if (count === 0) return []
    // The square root keeps single twins visible beside many that did not move.
    const high = 40 * Math.sqrt(count / most)
    return [
      `<rect x="${fixed(LEFT + i * step + 0.5)}" y="${fixed(base - high)}" width="${fixed(step - 1)}" height="${fixed(high)}" fill="${BAR}"/>`
    ]
  })
  const [low, high] = row.ci
  return [
    ...words,
    ...bars,
    line,
    `<line x1="${fixed(x(0))}" y1="${top + 8}" x2="${fixed(x(0))}" y2="${base + 12}" stroke="${INK}" stroke-width="1" stroke-dasharray="3 3"/>`,
    `<line x1="${fixed(x(low))}" y1="${base + 8}" x2="${fixed(x(high))}" y2="${base + 8}" stroke="${MARK}" stroke-width="3"/>`,
    `<circle cx="${fixed(x(row.mean))}" cy="${base + 8}" r="4" fill="${MARK}"/>`
  ]
}

function binned(changes: readonly number[], reach: number): number[] {
  const counts = Array<number>(BINS).fill(0)
  for (const change of changes) {
    const share = (change + reach) / (2 * reach)
    counts[Math.min(BINS - 1, Math.max(0, Math.floor(share * BINS)))]!++
  }
  return counts
}

function axis({ y, x, reach }: { y: number; x(change: number): number; reach: number }): string[] {
  return [-1, -0.5, 0, 0.5, 1].flatMap((share) => {
    const at = x(share * reach)
    return [
      `<line x1="${fixed(at)}" y1="${y}" x2="${fixed(at)}" y2="${y + 5}" stroke="${INK}"/>`,
      text(
        { x: at, y: y + 20, size: 11, fill: PALE, anchor: 'middle' },
        share === 0 ? '0' : signed(share * reach, reach)
      )
    ]
  })
}

interface TextStyle {
  x: number
  y: number
  size: number
  weight?: string
  fill?: string
  anchor?: string
}

const text = ({ x, y, size, weight = 'normal', fill = INK, anchor = 'start' }: TextStyle, words: string): string =>
  `<text x="${fixed(x)}" y="${y}" ${FONT} font-size="${size}" font-weight="${weight}" fill="${fill}" text-anchor="${anchor}">${escaped(words)}</text>`

/** That age moves a score is what most scores are for: only sex and race are marked. */
const isUnfair = ({ verdict, attribute }: FlipRow): boolean =>
  verdict === 'difference' && (attribute === 'sex' || attribute === 'race')

/** As many decimals as the axis needs: four for changes of some hundredths. */
function signed(value: number, reach: number): string {
  const decimals = Math.max(0, Math.min(4, 3 - Math.floor(Math.log10(reach))))
  const digits = value.toFixed(decimals)
  return value > 0 ? `+${digits}` : digits.replace('-', '−')
}

const fixed = (value: number): string => value.toFixed(1)

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escaped = (words: string): string => words.replace(/[&<>"]/g, (letter) => ENTITIES[letter]!)
