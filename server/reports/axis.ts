/** A linear axis on paper. */
export interface Axis {
  from: number
  to: number
  ticks: number[]
  /** Place of a value, px; clipped to the axis. */
  at(value: number): number
}

/**
 * An axis over given values with round ticks at its ends, px from `left` to `right`.
 *
 * @param values what must be on it; none: 0 to 1
 * @param parts into about how many it is divided
 * @param bounds the axis never goes beyond (a fraction: 0 to 1)
 */
export function axisOver(
  values: readonly number[],
  {
    left,
    right,
    bounds = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
    parts = 3
  }: { left: number; right: number; bounds?: readonly [number, number]; parts?: number }
): Axis {
  const known = values.filter(Number.isFinite).map((value) => Math.min(bounds[1], Math.max(bounds[0], value)))
  let [least, most] = known.length === 0 ? [0, 1] : [Math.min(...known), Math.max(...known)]
  if (most - least < 1e-9) [least, most] = [least - 0.05, most + 0.05]
  const step = roundStep((most - least) / parts)
  const first = Math.max(bounds[0], Math.floor(least / step + 1e-9) * step)
  const last = Math.min(bounds[1], Math.ceil(most / step - 1e-9) * step)
  const ticks: number[] = []
  for (let tick = first; tick <= last + step / 1e6; tick += step) ticks.push(Number(tick.toPrecision(12)))
  const to = ticks.at(-1)!
  const at = (value: number): number =>
    left + ((Math.min(to, Math.max(first, value)) - first) / (to - first)) * (right - left)
  return { from: first, to, ticks, at }
}

/** 1, 2 or 5 times a power of ten, at least as large. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least))
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= least - 1e-12)!
}

/** `tickText(0.5)` = '.5', `tickText(-1)` = '−1' */
export const tickText = (value: number): string =>
  String(Number(value.toPrecision(6)))
    .replace(/^(-?)0\./, '$1.')
    .replace('-', '\u2212')
