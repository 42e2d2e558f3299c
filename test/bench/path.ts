import { fhirTransactionRows } from './rows/fhir-transactions.ts'
import { inferenceRows } from './rows/inference.ts'
import { memoryRows } from './rows/memory.ts'
import { oruRows } from './rows/oru.ts'
import { wardRows } from './rows/ward.ts'
import { benchOf } from './support/bench-of.ts'

/** The path from the sockets to a subscriber, on embedded parts. */
export default benchOf({
  oru: oruRows,
  fhir: fhirTransactionRows,
  ward: wardRows,
  inference: inferenceRows,
  rss: memoryRows
})
