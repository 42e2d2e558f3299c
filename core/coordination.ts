export interface Lead {
  /** Ends the work if this process does it, and gives the place to another. */
  stop(): Promise<void>
}

/**
 * What several processes on one store agree on. With an embedded store there is one process, so it always leads and hears
 * itself; with PostgreSQL the database decides. Nothing here is needed for correctness alone: two leaders for a moment
 * (a cut connection) do the same things under the same identities.
 */
export interface Coordination {
  /**
   * `work` runs in one process at a time; in this one when its turn comes. `lost` is aborted when the place was lost or
   * `stop` was called; `work` then has to end, and its end frees the place. When it ends or throws by itself, the place is
   * taken again after a pause.
   */
  lead(name: string, work: (lost: AbortSignal) => Promise<void>): Lead
  /** Tells every process, this one too, a short text (an id, never a person's data); best effort, at most once. */
  announce(channel: string, text: string): void
  /** @returns the way to end listening */
  listen(channel: string, listener: (text: string) => void): () => void
}
