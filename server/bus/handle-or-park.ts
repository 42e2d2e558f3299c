import { type AppError, asAppError } from '../../core/errors/app-error.ts'
import type { BusHandler, BusRecord, ParkedRecord, SubscribeOptions } from '../../core/event-bus.ts'
import { REPLAY_GROUP_HEADER } from './dead-letter.ts'
import { decideRetry } from './retry-policy.ts'

export interface HandleOrParkDeps {
  group: string
  handler: BusHandler
  options: SubscribeOptions
  park(record: BusRecord, error: AppError, tries: number): Promise<ParkedRecord>
  onHandled(): void
  onRetry(): void
}

/**
 * One try of one record: handled, or parked, or to be tried again after the milliseconds that it resolves with. `tries`
 * counts this one. Rejects when it could not be parked.
 */
export const handleOrPark =
  ({ group, handler, options, park, onHandled, onRetry }: HandleOrParkDeps) =>
  async (record: BusRecord, tries: number): Promise<number | undefined> => {
    const onlyFor = record.headers[REPLAY_GROUP_HEADER]
    if (onlyFor !== undefined && onlyFor !== group) return undefined
    try {
      await handler(record)
      onHandled()
    } catch (thrown) {
      const error = asAppError(thrown)
      const decision = decideRetry(error, tries, options)
      if (decision.kind === 'retry') {
        onRetry()
        return decision.delayMs
      }
      // Not as an argument of `onParked?.()`: without a listener it would not be evaluated.
      const parked = await park(record, error, tries)
      options.onParked?.(parked)
    }
    return undefined
  }
