import type { Resource } from '@medplum/fhirtypes'
import { AppError } from '../../core/errors/app-error.ts'
import type { Binding } from './bind.ts'
import { EXTENSION, extensionOf } from './marks.ts'

/**
 * What is stored under a business key belongs to the person that the message names: senders' counters restart, and a
 * number of one patient must never overwrite another's (rules section 2).
 *
 * @throws AppError IDENTITY_CONFLICT
 */
export function requireSamePerson(stored: Resource, binding: Pick<Binding, 'subject' | 'originalSubject'>): void {
  const subject = (stored as { subject?: { reference?: string } }).subject?.reference
  const original = extensionOf(stored, EXTENSION.originalSubject)?.valueReference?.reference
  if (original && subject && original !== binding.originalSubject && subject !== binding.subject) {
    throw new AppError('IDENTITY_CONFLICT', { at: stored.resourceType })
  }
}
