import type { CodeableConcept } from '@medplum/fhirtypes'
import type { SiteCode } from '../policy.ts'

/** 'system|code,system|code' for a search. */
export const tokensOf = (codes: readonly SiteCode[]): string =>
  codes.map(({ system, code }) => encodeURIComponent(`${system}|${code}`)).join(',')

export const hasAny = (concepts: readonly (CodeableConcept | undefined)[], codes: readonly SiteCode[]): boolean =>
  concepts.some((concept) =>
    concept?.coding?.some((coding) =>
      codes.some(({ system, code }) => coding.system === system && coding.code === code)
    )
  )
