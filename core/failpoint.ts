/**
 * Named places between two durable writes, where a test ends the process as a power cut would (hardening A1-4).
 *
 * Armed by the environment of a test's child process only: TEST_FAILPOINTS=1 allows it, TEST_FAILPOINT=`name:n` says at
 * which pass of which place. Read once; both are needed, so that no single stray variable can end a server. The server's
 * configuration knows nothing of it.
 */
interface Armed {
  name: string
  /** Passes left, this one included. */
  left: number
}

const armed = process.env['TEST_FAILPOINTS'] === '1' ? parseFailpoint(process.env['TEST_FAILPOINT']) : undefined

/** Ends the process at once (SIGKILL, no handler runs) when this place is armed; otherwise one comparison. */
export function failpoint(name: string): void {
  if (armed === undefined || armed.name !== name) return
  armed.left -= 1
  if (armed.left === 0) process.kill(process.pid, 'SIGKILL')
}

/** 'relay.appended:3': the third pass; without a number the first. Undefined when it names nothing. */
export function parseFailpoint(text: string | undefined): Armed | undefined {
  const found = /^([a-z-]+(?:\.[a-z-]+)+)(?::([1-9]\d{0,8}))?$/.exec(text ?? '')
  return found ? { name: found[1]!, left: Number(found[2] ?? 1) } : undefined
}
