import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const PROCESS = fileURLToPath(new URL('./fixtures/crash-process.ts', import.meta.url))

function run(dir: string, point: string): Promise<{ signal: string | null; lines: string[] }> {
  const child = spawn(process.execPath, [PROCESS, dir, point], { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString()
  })
  return new Promise((resolve) =>
    child.on('close', (_code, signal) => resolve({ signal, lines: text.split('\n').slice(0, -1) }))
  )
}

test.each(['after-append', 'after-effect', 'before-story', 'settled'])(
  'killed %s: after the restart every message has its effect once and its story is recorded',
  async (point) => {
    const dir = await mkdtemp(join(tmpdir(), 'pipeline-crash-'))
    const killed = await run(dir, point)
    expect(killed.signal).toBe('SIGKILL')
    const after = await run(dir, '')
    const done = JSON.parse(after.lines.at(-1)!.replace('done ', '')) as {
      effects: string[]
      counts: Record<string, number>
    }
    expect(done.effects).toEqual([0, 1, 2, 3, 4, 5].map((n) => `effect-${n}`))
    // All six are sent again after the restart. Where the kill took a receipt row with it, the resend is a second envelope
    // with a story of its own, and still one effect. Nothing is left in between.
    expect(done.counts).toMatchObject({ received: 0, parked: 0, refused: 0 })
    expect(done.counts['recorded']).toBeGreaterThanOrEqual(6)
    await rm(dir, { recursive: true })
  },
  30_000
)
