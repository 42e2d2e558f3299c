import { Counter, Gauge, type Registry } from 'prom-client'

export type Labels = Record<string, string>

/** One value as it stands when the page is asked for. */
export interface Sample {
  labels?: Labels
  value: number
}

interface Sampled {
  name: string
  help: string
  labelNames?: readonly string[]
  /** Asked at each scrape. When it fails or is silent, the metric is absent from that page: the rest of it still comes. */
  read(): Promise<readonly Sample[]> | readonly Sample[]
  /** How long an answer is waited for. Default 3 s: less than Prometheus waits for the page. */
  withinMs?: number
}

/** A gauge that is looked up at each scrape and costs nothing between two. */
export function sampledGauge(registry: Registry, { name, help, labelNames = [], read, withinMs }: Sampled): void {
  new Gauge({
    name,
    help,
    labelNames,
    registers: [registry],
    async collect() {
      const samples = await orNone(read, withinMs)
      this.reset()
      // Without labels the library says 0 where nothing is known.
      if (samples.length === 0) this.remove({})
      for (const { labels = {}, value } of samples) this.set(labels, value)
    }
  })
}

/** A total that a part keeps itself, as a Prometheus counter. */
export function sampledCounter(registry: Registry, { name, help, labelNames = [], read, withinMs }: Sampled): void {
  new Counter({
    name,
    help,
    labelNames,
    registers: [registry],
    async collect() {
      const samples = await orNone(read, withinMs)
      this.reset()
      // Without labels the library says 0 where nothing is known.
      if (samples.length === 0) this.remove({})
      for (const { labels = {}, value } of samples) this.inc(labels, value)
    }
  })
}

/** An engine that hangs must not take the page with it: that would look like a process that is down. */
async function orNone(read: Sampled['read'], withinMs = 3000): Promise<readonly Sample[]> {
  let timer: NodeJS.Timeout | undefined
  const silence = new Promise<readonly Sample[]>((resolve) => {
    timer = setTimeout(() => resolve([]), withinMs)
  })
  try {
    return await Promise.race([read(), silence])
  } catch {
    return []
  } finally {
    clearTimeout(timer)
  }
}

/**
 * A labelled counter for the way of a message: one step is one step in a map, and Prometheus' own counter is made at the
 * scrape (its `inc` with labels took some microseconds each).
 *
 * @returns the step, with the values in the order of `labelNames`
 */
export function tally<Names extends readonly string[]>(
  registry: Registry,
  { labelNames, ...counter }: { name: string; help: string; labelNames: Names }
): (...values: { [Name in keyof Names]: string }) => void {
  const counts = new Map<string, number>()
  sampledCounter(registry, {
    ...counter,
    labelNames,
    read: () =>
      [...counts].map(([key, value]) => {
        const values = key.split(SEPARATOR)
        return { labels: Object.fromEntries(labelNames.map((name, i) => [name, values[i] ?? ''])), value }
      })
  })
  return (...values) => {
    const key = values.join(SEPARATOR)
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
}

/** Stands in no name of a configuration and no code. */
const SEPARATOR = '\u0000'

/** Several metrics of one page ask once: while an answer is under way, it is everyone's answer. */
export function sharedRead<T>(read: () => Promise<T>): () => Promise<T> {
  let underWay: Promise<T> | undefined
  return () => {
    underWay ??= read().finally(() => {
      underWay = undefined
    })
    return underWay
  }
}

/** Label values come from configuration and from tables of ours; whatever else turns up is counted under one name. */
export const known =
  (names: readonly string[], other = 'other') =>
  (name: string): string =>
    names.includes(name) ? name : other
