import { defineSection } from './section.ts'

export interface BusConfig {
  kind: 'embedded'
  /** Partitions of a topic when it is first used. */
  partitions: number
  /** Extra wait after each commit of the embedded log, standing in for a slow disk; benches and tests only. */
  commitDelayMs: number
}

export const bus = defineSection<BusConfig>({ kind: 'embedded', partitions: 16, commitDelayMs: 0 })
