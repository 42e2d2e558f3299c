import type { Arrival } from '../../../core/transport.ts'
import type { Durable } from './lying-ack.test.ts'

/** Answers when it has the bytes, and writes them afterwards (lying-ack.test.ts only). */
export const answersFirst =
  (log: Durable) =>
  async (arrival: Arrival): Promise<void> => {
    void log.append(arrival.bytes)
  }
