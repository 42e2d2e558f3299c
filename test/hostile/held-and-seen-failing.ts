/** What must hold of a subject, by name; throws (an expectation) where it does not. */
export type Checks<T> = Readonly<Record<string, (subject: T) => void | Promise<void>>>

/**
 * Every check holds of the real thing, and is seen to fail of a weak stub: a check that nothing can fail shows nothing
 * (hardening A, T50).
 */
export function heldAndSeenFailing<T>(name: string, checks: Checks<T>, subjects: { real: T; weak: T }): void {
  describe(name, () => {
    for (const [what, check] of Object.entries(checks)) {
      test(what, async () => {
        await check(subjects.real)
      })
      test(`${what}: seen failing`, async () => {
        await expect((async () => check(subjects.weak))()).rejects.toThrow()
      })
    }
  })
}

/** The code of what `work` throws, with its reason; '' when it throws nothing, 'uncoded' when it is no AppError. */
export function codeOf(work: () => unknown): string {
  try {
    work()
    return ''
  } catch (error) {
    const { code, reason, name } = error as { code?: string; reason?: string; name?: string }
    return name === 'AppError' || /Fhir/.test(String(name)) ? [code, reason].filter(Boolean).join(' ') : 'uncoded'
  }
}
