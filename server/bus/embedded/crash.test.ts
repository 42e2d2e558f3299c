import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createEmbeddedBus } from './embedded-bus.ts'

const FIXTURE = fileURLToPath(new URL('./crash-writer.fixture.ts', import.meta.url))

/** Runs the appending process until it has acknowledged `count` records, then kills it; what it acknowledged. */
function appendAndKill(path: string, first: number, count: number): Promise<string[]> {
  const child = spawn(process.execPath, [FIXTURE, path, String(first)], { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  return new Promise((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      if (text.split('\n').length > count) child.kill('SIGKILL')
    })
    // The last line may have been cut by the kill: only whole lines are acknowledgements.
    child.on('close', () => resolve(text.split('\n').slice(0, -1)))
  })
}

test('has every acknowledged record after kill -9, each once, with no hole in the offsets', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'bus-crash-'))
  const path = join(dir, 'bus.sqlite')
  const acknowledged: string[] = []
  // Numbers of acknowledged records at which the kill comes: early, in the middle of the traffic, later.
  for (const [round, count] of [1, 37, 150].entries()) {
    acknowledged.push(...(await appendAndKill(path, round * 100_000, count)))
  }
  const bus = createEmbeddedBus({ path, partitions: 4 })
  await bus.start()
  const total = await bus.lag('t', 'g')
  const ids: string[] = []
  const offsets = new Map<number, number[]>()
  await new Promise<void>((resolve) => {
    void bus.subscribe('t', 'g', async ({ headers, partition, offset }) => {
      ids.push(headers['envelope-id']!)
      offsets.set(partition, [...(offsets.get(partition) ?? []), offset])
      if (ids.length === total) resolve()
    })
  })
  const there = new Set(ids)
  expect(acknowledged.length).toBeGreaterThanOrEqual(188)
  expect(acknowledged.filter((id) => !there.has(id))).toEqual([])
  expect(there.size).toBe(ids.length)
  for (const list of offsets.values()) expect(list).toEqual(list.map((_, i) => i))
  await bus.stop()
  await rm(dir, { recursive: true })
})
