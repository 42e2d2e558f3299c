import type { BusMessage } from './event-bus.ts'

/**
 * Durable timers: at `time` the message is appended to the topic. Same key set again moves the timer. Fires once in
 * effect: the timer is removed after the append, and the message carries the timer key, so a second firing after a
 * crash is recognised by its handler.
 */
export interface Timers {
  at(key: string, time: Date, topic: string, message: BusMessage): Promise<void>
  cancel(key: string): Promise<void>
}

/** Kind header of a message that a timer appended. */
export const TIMER_KIND = 'hisbundle/timer'
