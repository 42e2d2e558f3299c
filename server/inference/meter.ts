/** What an operator counts of a module; each call is one step of a counter. */
export interface ModuleMeter {
  /** An event of a kind the module listens to. */
  offered(module: string): void
  /** A result was stored; `refusal` is its code when it says no. `seconds` from the event's commit to the result's. */
  answered(module: string, outcome: { refusal?: string; seconds?: number }): void
  /** It threw; the event is offered again or parked. */
  failed(module: string, code: string): void
  /** One run in a worker, with its wait for one, in seconds. */
  ran(module: string, seconds: number): void
}

export const silentModuleMeter: ModuleMeter = { offered() {}, answered() {}, failed() {}, ran() {} }
