import { AppError } from '../../core/errors/app-error.ts'
import type { EventBus } from '../../core/event-bus.ts'
import type { PipelineCounters } from './counters.ts'
import { INBOUND_TOPICS, INGEST_GROUP } from './families.ts'
import type { WriteBehind } from './write-behind.ts'

const LOOK_EVERY_MS = 250

export interface PressureLimits {
  /** Bytes between arrival and durable append. */
  maxInFlightBytes: number
  /** Messages appended and not yet ingested. */
  maxLag: number
  /** Story and receipt rows that wait for the store. */
  maxPendingRows: number
}

/**
 * Says when too much is waiting. The lag is looked up at most four times a second and beside the messages, so that a
 * message never waits for the question; memory is bounded by the bytes in flight, which are counted exactly.
 */
export function createBackPressure(deps: {
  bus: Pick<EventBus, 'lag'>
  behind: Pick<WriteBehind, 'pending'>
  counters: PipelineCounters
  limits: PressureLimits
  /** Milliseconds on a clock that never goes back. */
  monotonic?: () => number
}): { check(bytes: number): void; look(): Promise<void>; lag(): number } {
  const { bus, behind, counters, limits, monotonic = () => performance.now() } = deps
  let lag = 0
  let lookedAt = Number.NEGATIVE_INFINITY

  async function look(): Promise<void> {
    lookedAt = monotonic()
    try {
      const lags = await Promise.all(INBOUND_TOPICS.map((topic) => bus.lag(topic, INGEST_GROUP)))
      lag = lags.reduce((sum, each) => sum + each, 0)
    } catch {
      // A bus that cannot tell will refuse the append itself.
    }
  }

  return {
    /** @throws AppError BACK_PRESSURE */
    check(bytes) {
      if (monotonic() - lookedAt >= LOOK_EVERY_MS) void look()
      const reason =
        counters.inFlightBytes > 0 && counters.inFlightBytes + bytes > limits.maxInFlightBytes
          ? 'in-flight'
          : lag > limits.maxLag
            ? 'lag'
            : behind.pending > limits.maxPendingRows
              ? 'store'
              : undefined
      if (reason === undefined) return
      counters.backPressure += 1
      throw new AppError('BACK_PRESSURE', { reason })
    },
    look,
    /** As last seen. */
    lag: () => lag
  }
}
