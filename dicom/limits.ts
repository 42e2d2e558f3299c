/** What a data set may cost before it is refused with DICOM_LIMIT (hardening A3-30 to 32, 40). */
export interface Limits {
  maxBytes: number
  /** Nesting of sequences. */
  maxDepth: number
  /** Elements and items in all. */
  maxElements: number
}

export const DEFAULT_LIMITS: Limits = { maxBytes: 512 * 1024 * 1024, maxDepth: 16, maxElements: 1_000_000 }

/**
 * A deflated data set may become this long, whatever it was compressed to: no longer than a message may be that comes as it
 * is. Inflating holds it twice for a moment, in each of the decode workers.
 */
export const MAX_INFLATED_BYTES = 64 * 1024 * 1024
