import { defineSection } from './section.ts'

export interface StoreConfig {
  kind: 'sqlite'
  /** Extra wait after each commit, standing in for a slow disk; benches and tests only. */
  commitDelayMs: number
}

export const store = defineSection<StoreConfig>({ kind: 'sqlite', commitDelayMs: 0 })
