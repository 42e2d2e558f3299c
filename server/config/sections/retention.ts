import { AppError } from '../../../core/errors/app-error.ts'
import { defineSection } from './section.ts'

/** What is forgotten, and when. Resources and their versions, and what is parked, are never deleted by age. */
export interface RetentionConfig {
  /** Records of the embedded bus that every group has passed. Kafka has `bus.kafka.retentionMs`. */
  busDays: number
  /** Used bytes of the embedded bus above which passed records go earlier. */
  busBytes: number
  /** Stories of messages that ended well. */
  storyDays: number
  /** Receipts: within this time an identical message is answered without a second effect. */
  receiptDays: number
  /** What was delivered to whom: within this time its recipients hear of a later correction (rules section 8). */
  deliveredDays: number
  /** Series whose frames were all recorded; a later frame begins anew. */
  assemblyDays: number
  /** A blob that nothing names is deleted when it was last put so long ago. Longer than any message takes. */
  blobGraceHours: number
  /** How often blobs are looked through; 0: only by `hisbundle retention`. */
  blobSweepHours: number
}

const LEAST: RetentionConfig = {
  busDays: 1,
  busBytes: 64 * 2 ** 20,
  storyDays: 1,
  receiptDays: 1,
  deliveredDays: 1,
  assemblyDays: 1,
  blobGraceHours: 1,
  blobSweepHours: 0
}

export const retention = defineSection<RetentionConfig>(
  {
    busDays: 7,
    busBytes: 8 * 2 ** 30,
    storyDays: 90,
    receiptDays: 7,
    deliveredDays: 365,
    assemblyDays: 7,
    blobGraceHours: 48,
    blobSweepHours: 24
  },
  [],
  (given) => {
    for (const key of Object.keys(LEAST) as (keyof RetentionConfig)[])
      if (!(Number.isFinite(given[key]) && given[key] >= LEAST[key]))
        throw new AppError('CONFIG_INVALID', { at: `retention.${key}`, reason: 'value' })
    return given
  }
)
