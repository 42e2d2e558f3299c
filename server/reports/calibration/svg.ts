import type { CalibrationBin } from '../../../inference/metrics/calibration-bins.ts'
import { axisOver, tickText } from '../axis.ts'
import { type Markup, markup } from '../markup.ts'
import { interval, shown } from '../numbers.ts'

const SIZE = { width: 420, left: 62, right: 404, top: 44, bottom: 330, bars: 44, height: 428 }
const INK = { text: '#1a1a1a', quiet: '#595959', line: '#8c8c8c', mark: '#14507a', bar: '#b8c4cf', grid: '#e3e3e3' }

/**
 * Calibration plot: what came true against what was said in up to ten bins of equal mass, with 95 % intervals by patient; below it
 * how the numbers are spread, each bin a bar as wide as the numbers in it and as high as they lie dense. The dashed diagonal is
 * perfect. Bins under 30 cases have no point.
 */
export function calibrationPlot(bins: readonly CalibrationBin[], { title }: { title: string }): Markup {
  const values = bins.flatMap(({ predicted, observed, ci, to }) => [predicted, observed ?? 0, ci[1] ?? 0, to])
  const bounds = [0, 1] as const
  const x = axisOver([0, ...values], { left: SIZE.left, right: SIZE.right, bounds, parts: 5 })
  const y = axisOver([0, ...values], { left: SIZE.bottom, right: SIZE.top, bounds, parts: 5 })
  const base = SIZE.bottom + SIZE.bars + 12
  return markup`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE.width} ${SIZE.height}" width="${SIZE.width}" height="${SIZE.height}" role="img" aria-labelledby="calibration-title calibration-description" font-family="Helvetica, Arial, sans-serif" font-size="12" fill="${INK.text}">
<title id="calibration-title">${title}</title>
<desc id="calibration-description">Share that came true against the probability that was said, in bins of equal mass with 95 % intervals. On the dashed diagonal both are equal.</desc>
<rect width="${SIZE.width}" height="${SIZE.height}" fill="#ffffff"/>
<text x="16" y="22" font-size="14" font-weight="bold">${title}</text>
${x.ticks.map(
  (tick) =>
    markup`<line x1="${round(x.at(tick))}" x2="${round(x.at(tick))}" y1="${SIZE.top}" y2="${base}" stroke="${INK.grid}"/><text x="${round(x.at(tick))}" y="${base + 16}" text-anchor="middle" font-size="11" fill="${INK.quiet}">${tickText(tick)}</text>`
)}
${y.ticks.map(
  (tick) =>
    markup`<line x1="${SIZE.left}" x2="${SIZE.right}" y1="${round(y.at(tick))}" y2="${round(y.at(tick))}" stroke="${INK.grid}"/><text x="${SIZE.left - 8}" y="${round(y.at(tick)) + 4}" text-anchor="end" font-size="11" fill="${INK.quiet}">${tickText(tick)}</text>`
)}
<line x1="${SIZE.left}" x2="${SIZE.left}" y1="${SIZE.top}" y2="${SIZE.bottom}" stroke="${INK.line}"/>
<line x1="${SIZE.left}" x2="${SIZE.right}" y1="${SIZE.bottom}" y2="${SIZE.bottom}" stroke="${INK.line}"/>
<line x1="${round(x.at(0))}" y1="${round(y.at(0))}" x2="${round(x.at(x.to))}" y2="${round(y.at(x.to))}" stroke="${INK.line}" stroke-dasharray="5 4"/>
${histogram(bins, { at: x.at, base })}
<line x1="${SIZE.left}" x2="${SIZE.right}" y1="${base}" y2="${base}" stroke="${INK.line}"/>
${bins.map((bin) => point(bin, x.at, y.at))}
<text x="${(SIZE.left + SIZE.right) / 2}" y="${base + 36}" text-anchor="middle">probability that was said</text>
<text transform="rotate(-90)" x="${-(SIZE.top + SIZE.bottom) / 2}" y="18" text-anchor="middle">share that came true</text>
</svg>`
}

function point(
  { predicted, observed, ci, n }: CalibrationBin,
  x: (value: number) => number,
  y: (value: number) => number
): Markup | undefined {
  if (observed === null) return undefined
  const at = round(x(predicted))
  const whisker =
    ci[0] === null || ci[1] === null
      ? undefined
      : markup`<line x1="${at}" x2="${at}" y1="${round(y(ci[0]))}" y2="${round(y(ci[1]))}" stroke="${INK.mark}" stroke-width="1.5"/>`
  return markup`<g>${whisker}<circle cx="${at}" cy="${round(y(observed))}" r="4" fill="${INK.mark}"/><title>said ${shown(predicted)}, came true ${shown(observed)} (${interval(ci) || 'no interval'}), n ${n}</title></g>`
}

function histogram(
  bins: readonly CalibrationBin[],
  { at, base }: { at: (value: number) => number; base: number }
): Markup[] {
  const bars = bins.map(({ from, to, n }) => {
    const left = at(from)
    // A bin of one number is as wide as a hair.
    const width = Math.max(1.5, at(to) - left)
    return { left, width, dense: n / width }
  })
  const most = Math.max(...bars.map(({ dense }) => dense))
  return bars.map(({ left, width, dense }) => {
    const height = Math.max(1, (dense / most) * SIZE.bars)
    return markup`<rect x="${round(left)}" y="${round(base - height)}" width="${round(Math.max(1, width - 0.5))}" height="${round(height)}" fill="${INK.bar}"/>`
  })
}

const round = (value: number): number => Math.round(value * 10) / 10
