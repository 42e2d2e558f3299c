import type { Random } from './random.ts'
import type { FuzzServer } from './server.ts'

/** What became of one input. */
export interface Outcome {
  /** Codes of the wire's answers, e.g. 'AE MLLP_FRAME_BROKEN', '422 FHIR_INVALID'; 'closed' when there was none. */
  codes: string[]
  /** Messages that the server said it had taken. */
  taken?: number
  /** What the answer must never be: silence, an uncoded or internal error. */
  fault?: string
}

/** One way in, under attack. */
export interface Target {
  name: string
  /** Inputs side by side. */
  lanes: number
  /** Sends the input that `random` makes; `number` is unique in the run. */
  run(server: FuzzServer, random: Random, number: number): Promise<Outcome>
}
