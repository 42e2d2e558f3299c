/** How long a check waits for our own part on a busy machine, and for a weak one, which is given up soon. */
const PATIENCE_MS = 20_000
const WEAK_PATIENCE_MS = 300

/**
 * One behaviour, held against our own part and against a weak one that is written as such things go wrong (hardening A1,
 * "seen failing"): a check that the weak one passes proves nothing.
 *
 * @param check throws when the behaviour is not there; waits at most the milliseconds it is given
 */
export function seenFailing<Part>(
  behaviour: string,
  { ours, weak }: { ours: Part; weak: Part },
  check: (part: Part, patienceMs: number) => Promise<void> | void
): void {
  test(behaviour, async () => check(ours, PATIENCE_MS), PATIENCE_MS * 3)
  test(`the weak one is caught: ${behaviour}`, async () => {
    const verdict = await (async () => check(weak, WEAK_PATIENCE_MS))().then(
      () => 'passed',
      () => 'caught'
    )
    expect(verdict).toBe('caught')
  })
}

/** Lets everything go on that only waits for the event loop. */
export async function turns(n: number): Promise<void> {
  for (let i = 0; i < n; i++) await new Promise((resolve) => setImmediate(resolve))
}

export async function until(check: () => boolean | Promise<boolean>, patienceMs = PATIENCE_MS): Promise<void> {
  for (const deadline = performance.now() + patienceMs; !(await check()); await turns(1))
    if (performance.now() > deadline) throw new Error('it never came')
}
