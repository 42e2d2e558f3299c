import type { Arrival } from '../../../core/transport.ts'

export interface Durable {
  /** Resolves when it lies on the disk. */
  append(bytes: Uint8Array): Promise<void>
}

/** Answers when it has the bytes, and writes them afterwards (lying-ack.test.ts only). */
export const answersFirst =
  (log: Durable) =>
  async (arrival: Arrival): Promise<void> => {
    void log.append(arrival.bytes)
  }
