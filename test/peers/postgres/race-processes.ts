import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { PostgresAccess } from '../../../server/store/postgres/connect.ts'
import type { Ended, Race } from './race-tasks.ts'

const RACER = fileURLToPath(new URL('./racer.ts', import.meta.url))

/** Starts a process for each race, lets all begin together, and gathers what they did. */
export async function raceProcesses(access: PostgresAccess, races: Race[]): Promise<Ended[][]> {
  const racers = races.map((each) => {
    const child = spawn(process.execPath, [RACER, JSON.stringify(access), JSON.stringify(each)], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, NODE_OPTIONS: '--max-old-space-size=1024' }
    })
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
    const line = async (): Promise<string> => {
      const { value, done } = await lines.next()
      if (done) throw new Error('a racer ended early')
      return value
    }
    return { child, line }
  })
  try {
    await Promise.all(racers.map(({ line }) => line()))
    for (const { child } of racers) child.stdin.write('go\n')
    const ended = await Promise.all(racers.map(async ({ line }) => JSON.parse(await line()) as Ended[]))
    await Promise.all(racers.map(({ child }) => child.exitCode ?? once(child, 'exit')))
    return ended
  } finally {
    for (const { child } of racers) child.kill('SIGKILL')
  }
}
