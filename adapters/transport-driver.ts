import type { TransportContext } from '../core/transport.ts'

/**
 * How the contract suite of the transports (test/contract/transport.contract.ts) plays an honest peer. A transport folder
 * holds it as `contract-driver.ts`, default export; the suite puts a bad line between it and the transport.
 */
export interface TransportDriver {
  /** Options beside `port: 0` that every case needs. */
  options?: Record<string, unknown>
  /**
   * Opens a connection to the address that `start` gave, sends the simulated message `n` whole, and tells what the
   * peer's own answer to it was. Never rejects: a lost connection or a silence of a few seconds is 'no-answer'.
   */
  send(address: string, n: number): Promise<'taken' | 'refused' | 'no-answer'>
  /** What the server gives this transport beyond what every transport gets. */
  context?: Partial<TransportContext>
  /** Of the bytes handed over what does not depend on when they came; absent: all. */
  timeless?(bytes: Uint8Array): Uint8Array
  /** Options under which one such message is too large. */
  tooSmall: Record<string, unknown>
  /** Options under which a peer that stalls inside a message is cut within a second. */
  impatient: Record<string, unknown>
  /** Cases of the suite that cannot hold here, by name, with the reason. */
  exceptions?: Record<string, string>
}

export const defineTransportDriver = (driver: TransportDriver): TransportDriver => driver
