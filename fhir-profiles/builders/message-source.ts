import type { Extension } from '@medplum/fhirtypes'
import { EXTENSION } from '../generated/constants.ts'

/** The message that brought or changed a resource (message-source extension); never a patient identifier. */
export function messageSourceExtension(source: { envelope: string; feed?: string; controlId?: string }): Extension {
  return {
    url: EXTENSION.messageSource,
    extension: (['envelope', 'feed', 'controlId'] as const).flatMap((name) => {
      const value = source[name]
      return value === undefined ? [] : [{ url: name, valueString: value }]
    })
  }
}

/** The patient a resource was first filed under, kept when a merge moves it (rules section 2). */
export const originalSubjectExtension = (patient: string): Extension => ({
  url: EXTENSION.originalSubject,
  valueReference: { reference: patient }
})
