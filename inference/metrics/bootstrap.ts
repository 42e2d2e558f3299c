/** Seed of the draws (specs README section B: test 3003). */
const SEED = 3003

/**
 * 95 % intervals of several statistics of one sample, by drawing patients with replacement (specs section B): all cases of
 * a drawn patient come with it. Draws for which a statistic is not defined are left out of its interval; fewer than half
 * defined: [NaN, NaN].
 */
export function bootstrapIntervals<T extends { patient: string }>(
  cases: readonly T[],
  statistics: (cases: readonly T[]) => number[],
  draws = 2000
): [number, number][] {
  const byPatient = [...Map.groupBy(cases, ({ patient }) => patient).values()]
  const next = mulberry32(SEED)
  const values: number[][] = []
  for (let draw = 0; draw < draws; draw++) {
    const sample: T[] = []
    for (let i = 0; i < byPatient.length; i++) sample.push(...byPatient[Math.floor(next() * byPatient.length)]!)
    for (const [i, value] of statistics(sample).entries()) {
      const column = values[i] ?? []
      column.push(value)
      values[i] = column
    }
  }
  return values.map((column) => {
    const defined = column.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b)
    if (defined.length < draws / 2) return [Number.NaN, Number.NaN]
    return [defined[Math.floor(0.025 * defined.length)]!, defined[Math.ceil(0.975 * defined.length) - 1]!]
  })
}

function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
