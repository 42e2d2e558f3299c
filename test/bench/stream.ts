import { streamLatencyRows } from './rows/stream-latency.ts'
import { streamLoadRows } from './rows/stream-load.ts'
import { benchOf } from './support/bench-of.ts'

/** Live Lead I: how soon a strip is answered, and what a stream costs. */
export default benchOf({ latency: streamLatencyRows, load: streamLoadRows })
