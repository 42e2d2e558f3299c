/** One case as it is judged: served probability and label. */
export interface Scored {
  patient: string
  probability: number
  label: 0 | 1
}

/** Area under the ROC curve as Mann-Whitney statistic, ties count half; NaN without both classes. */
export function auroc(cases: readonly Scored[]): number {
  const sorted = [...cases].sort((a, b) => a.probability - b.probability)
  const positives = cases.reduce((sum, { label }) => sum + label, 0)
  const negatives = cases.length - positives
  if (positives === 0 || negatives === 0) return Number.NaN
  let rankSum = 0
  for (let i = 0; i < sorted.length; ) {
    let j = i
    while (j < sorted.length && sorted[j]!.probability === sorted[i]!.probability) j++
    // Equal scores share the mean of their ranks i+1 .. j.
    const rank = (i + 1 + j) / 2
    for (; i < j; i++) if (sorted[i]!.label === 1) rankSum += rank
  }
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives)
}

/** Share of cases below the threshold, and how many of those are truly negative; npv NaN when none is below. */
export function ruledOut(cases: readonly Scored[], threshold: number): { fraction: number; npv: number } {
  const below = cases.filter(({ probability }) => probability < threshold)
  const negative = below.filter(({ label }) => label === 0).length
  return { fraction: below.length / cases.length, npv: below.length === 0 ? Number.NaN : negative / below.length }
}

/** At or above the threshold = positive. */
export function atThreshold(
  cases: readonly Scored[],
  threshold: number
): { sensitivity: number; specificity: number; ppv: number } {
  let [tp, fp, fn, tn] = [0, 0, 0, 0]
  for (const { probability, label } of cases) {
    if (probability >= threshold) label === 1 ? tp++ : fp++
    else label === 1 ? fn++ : tn++
  }
  return { sensitivity: tp / (tp + fn), specificity: tn / (tn + fp), ppv: tp / (tp + fp) }
}
