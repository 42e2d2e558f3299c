/** Window around the fiducial that is compared. */
const BEFORE_S = 0.12
const AFTER_S = 0.16
/** Beats are put upon each other within this distance. */
const SHIFT_S = 0.03
const SAME_SHAPE = 0.9
/** More shapes than this are not kept apart. */
const MAX_SHAPES = 32
/** Samples of the compared window, a second. */
const COMPARE_HZ = 125

export interface BeatShape {
  /** Number of the cluster by size; 0 is the dominant one. */
  template: number
  /** Correlation with its cluster's mean over all leads. */
  correlation: number
  /** Width of its energy in time over that of the dominant shape. */
  widthRatio: number
}

interface Cluster {
  sum: Float64Array
  n: number
}

/**
 * Groups beats by the shape of their QRS: a beat joins the cluster whose mean it resembles most, over all leads at once
 * and within 30 ms of the fiducial, if the correlation is at least .9; else it opens a new one.
 *
 * @param leads Float64Array each, mV @param beats fiducials, rising
 */
export function shapeClusters(leads: readonly Float64Array[], rateHz: number, beats: readonly number[]): BeatShape[] {
  const step = rateHz / COMPARE_HZ
  const before = Math.round(BEFORE_S * COMPARE_HZ)
  const after = Math.round(AFTER_S * COMPARE_HZ)
  const shift = Math.round(SHIFT_S * COMPARE_HZ)
  const width = before + after + 1
  const clusters: Cluster[] = []
  const cut = new Float64Array(leads.length * width)
  const assigned = beats.map((at) => {
    let best = { cluster: -1, correlation: Number.NEGATIVE_INFINITY, at }
    for (let s = -shift; s <= shift; s++) {
      const centre = at + s * step
      if (!cutOut(leads, centre, { step, before, width }, cut)) continue
      for (const [c, cluster] of clusters.entries()) {
        const r = dot(cut, cluster.sum) / Math.sqrt(dot(cluster.sum, cluster.sum))
        if (r > best.correlation) best = { cluster: c, correlation: r, at: centre }
      }
    }
    const ok = cutOut(
      leads,
      best.cluster >= 0 && best.correlation >= SAME_SHAPE ? best.at : at,
      { step, before, width },
      cut
    )
    const spread = energyWidth(cut, width)
    if (!ok) return { cluster: -1, correlation: 0, spread }
    if (best.cluster < 0 || (best.correlation < SAME_SHAPE && clusters.length < MAX_SHAPES)) {
      clusters.push({ sum: cut.slice(), n: 1 })
      return { cluster: clusters.length - 1, correlation: 1, spread }
    }
    if (best.correlation >= SAME_SHAPE) {
      const { sum } = clusters[best.cluster]!
      for (let i = 0; i < sum.length; i++) sum[i]! += cut[i]!
      clusters[best.cluster]!.n++
    }
    return { ...best, spread }
  })
  const order = clusters.map((_, c) => c).sort((a, b) => clusters[b]!.n - clusters[a]!.n)
  const rank = new Map(order.map((c, r) => [c, r]))
  const dominant = assigned.filter(({ cluster }) => cluster === order[0]).map(({ spread }) => spread)
  const usual = dominant.sort((a, b) => a - b)[dominant.length >> 1] ?? 1
  return assigned.map(({ cluster, correlation, spread }) => ({
    template: rank.get(cluster) ?? clusters.length,
    correlation,
    widthRatio: spread / usual
  }))
}

/** The window of all leads, each lead without its mean, all together of length 1; false where it is not all there. */
function cutOut(
  leads: readonly Float64Array[],
  centre: number,
  { step, before, width }: { step: number; before: number; width: number },
  out: Float64Array
): boolean {
  let norm = 0
  for (let l = 0; l < leads.length; l++) {
    const lead = leads[l]!
    let mean = 0
    for (let i = 0; i < width; i++) {
      const position = centre + (i - before) * step
      const index = Math.max(0, Math.min(lead.length - 2, Math.floor(position)))
      const part = Math.max(0, Math.min(1, position - index))
      const value = lead[index]! * (1 - part) + lead[index + 1]! * part
      out[l * width + i] = value
      mean += value / width
    }
    for (let i = 0; i < width; i++) {
      out[l * width + i]! -= mean
      norm += out[l * width + i]! ** 2
    }
  }
  if (!(norm > 0)) return false
  const scale = 1 / Math.sqrt(norm)
  for (let i = 0; i < out.length; i++) out[i]! *= scale
  return true
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

/** Standard deviation in time of the energy of the slope, over all leads; samples of the window. */
function energyWidth(cut: Float64Array, width: number): number {
  let total = 0
  let first = 0
  let second = 0
  for (let from = 0; from < cut.length; from += width) {
    for (let i = 1; i < width; i++) {
      const energy = (cut[from + i]! - cut[from + i - 1]!) ** 2
      total += energy
      first += i * energy
      second += i * i * energy
    }
  }
  return total > 0 ? Math.sqrt(Math.max(0, second / total - (first / total) ** 2)) : 0
}
