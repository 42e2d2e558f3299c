import type { Resource } from '@medplum/fhirtypes'
import type { Validate } from './validator.ts'

/**
 * Content that was found valid is not judged again: feeds assert the same Patient with every message, and its validation
 * was a third of a lab message's. The verdict depends on the content alone, so the content is the key. Kept: the newest
 * `max` contents of at most `maxChars` characters each (8 MiB of text at the defaults); refusals are never kept.
 */
export function judgeOnce(validate: Validate, { max = 1000, maxChars = 4096 } = {}): Validate {
  const valid = new Set<string>()
  return (resource: Resource) => {
    const text = JSON.stringify(resource)
    if (valid.delete(text)) {
      valid.add(text)
      return
    }
    validate(resource)
    if (text.length > maxChars) return
    valid.add(text)
    if (valid.size > max) valid.delete(valid.values().next().value!)
  }
}
