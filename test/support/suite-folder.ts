import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * A temporary folder for one suite: while it is open `os.tmpdir()` names it, in the suite and in processes that it starts, so
 * whatever a suite leaves there goes with it. KEEP_TEST_FILES=1 keeps it and says where it is.
 *
 * @param environments further `process.env` objects that shall say it (a sandbox has a copy)
 */
export function openSuiteFolder(environments: NodeJS.ProcessEnv[] = [], say: (line: string) => void = console.warn) {
  const folder = mkdtempSync(join(tmpdir(), 'hb-suite-'))
  // Others may go through it to what is theirs, and not see what is there: PostgreSQL runs as its own user.
  chmodSync(folder, 0o711)
  const before = [process.env, ...environments].map((env) => [env, env['TMPDIR']] as const)
  for (const [env] of before) env['TMPDIR'] = folder
  return {
    folder,
    close(): void {
      for (const [env, value] of before) {
        if (value === undefined) delete env['TMPDIR']
        else env['TMPDIR'] = value
      }
      if (process.env['KEEP_TEST_FILES'] === '1') {
        say(`kept: ${folder}`)
        return
      }
      try {
        rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
      } catch (error) {
        // A file system that a suite has not unmounted must not hide why the suite failed.
        say(`${folder} could not be removed: ${(error as NodeJS.ErrnoException).code}`)
      }
    }
  }
}

/** Sockets on which this process listens now. */
export const listening = (): number =>
  process.getActiveResourcesInfo().filter((name) => name === 'TCPServerWrap').length

/**
 * How many more sockets listen than `before`. What was just closed goes at the end of the event loop's turn: looked at a few
 * turns later.
 */
export async function leftListening(before: number): Promise<number> {
  for (let turn = 0; turn < 5 && listening() > before; turn++) await new Promise((resolve) => setImmediate(resolve))
  return Math.max(0, listening() - before)
}
