import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** Python that has the packages of peers/requirements.txt: BENCH_PYTHON, else python3. */
const python = (): string => process.env['BENCH_PYTHON'] ?? 'python3'

/** Whether the Python of this machine has a package; without it a table or row stands without its peer, and says so. */
export async function hasPackage(name: string): Promise<boolean> {
  const child = spawn(python(), ['-c', `import ${name}`], { stdio: 'ignore' })
  return new Promise((resolve) => {
    child.once('error', () => resolve(false))
    child.once('exit', (code) => resolve(code === 0))
  })
}

/** What a script prints, line by line. @param script path of the script */
export async function* linesOf(script: string, args: readonly string[]): AsyncIterable<string> {
  const child = spawn(python(), [script, ...args], { stdio: ['ignore', 'pipe', 'ignore'] })
  try {
    yield* createInterface(child.stdout)
  } finally {
    child.kill()
  }
}
