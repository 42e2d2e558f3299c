/** A bench that lost or refused something has no figure to give: it stops with what was wrong. */
export function check(what: string, actual: unknown, wanted: unknown): void {
  if (actual !== wanted) throw new Error(`bench: ${what}: ${String(actual)} instead of ${String(wanted)}`)
}

/** Polls until `count` gives at least `wanted`. @returns the performance.now() at which it was seen */
export async function reached(
  what: string,
  count: () => number | Promise<number>,
  { wanted, patienceMs = 120_000, everyMs = 20 }: { wanted: number; patienceMs?: number; everyMs?: number }
): Promise<number> {
  const began = performance.now()
  for (;;) {
    const now = await count()
    if (now >= wanted) return performance.now()
    if (performance.now() - began > patienceMs) throw new Error(`bench: ${what}: ${now} of ${wanted} in time`)
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  }
}
