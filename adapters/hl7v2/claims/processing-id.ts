import type { Decoded } from '../../../core/decoded.ts'
import type { Hl7Message } from '../message.ts'

/** MSH-11 as the record wants it: P, T or D; anything else is absent. */
export function processingId(message: Hl7Message): Decoded['processingId'] {
  const id = message.processingId.trim().toUpperCase()
  return id === 'P' || id === 'T' || id === 'D' ? id : undefined
}
