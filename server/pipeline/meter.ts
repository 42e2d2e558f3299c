import type { Envelope, MessageState } from '../../core/envelope.ts'

type Sender = Pick<Envelope, 'feed' | 'family'>

/** What an operator counts of messages. Each call is one step of a counter; nothing of a message's content is handed over. */
export interface MessageMeter {
  /** Durable on the bus. */
  received(sender: Sender): void
  /** An identical message came again; its first receipt was answered. */
  duplicate(sender: Sender): void
  /** Not taken for now, the sender is to try again: back-pressure, store or bus away. */
  turnedAway(sender: Sender, code: string): void
  /** Where it ended; a message that is replayed ends again. */
  ended(sender: Sender, state: Exclude<MessageState, 'received'>, code?: string): void
  /** Receipt minus acquisition of a recording, in seconds; negative when the source's clock is ahead. */
  acquired(sender: Sender, delaySeconds: number): void
}

export const silentMeter: MessageMeter = { received() {}, duplicate() {}, turnedAway() {}, ended() {}, acquired() {} }
