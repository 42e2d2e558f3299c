/** Running totals since start, for metrics and health; no labels, so nothing of a message can reach them. */
export interface PipelineCounters {
  accepted: number
  acceptedBytes: number
  duplicates: number
  contentChanged: number
  refused: number
  backPressure: number
  inFlightBytes: number
  recorded: number
  ignored: number
  refusedByRecord: number
  parked: number
  decodeTimeouts: number
  decodeDeaths: number
  seriesEmitted: number
  timersFired: number
  relayed: number
}

export const createCounters = (): PipelineCounters => ({
  accepted: 0,
  acceptedBytes: 0,
  duplicates: 0,
  contentChanged: 0,
  refused: 0,
  backPressure: 0,
  inFlightBytes: 0,
  recorded: 0,
  ignored: 0,
  refusedByRecord: 0,
  parked: 0,
  decodeTimeouts: 0,
  decodeDeaths: 0,
  seriesEmitted: 0,
  timersFired: 0,
  relayed: 0
})
