import type { Settlement } from '../../core/transport.ts'
import { manualScheduler } from '../bus/scheduler.ts'
import { inProcessCoordination } from '../store/sqlite/coordination.ts'
import { createSettlements } from './settlements.ts'

/** Two processes on one store: one records, one waits. */
function twoProcesses() {
  const stored = new Map<string, Settlement>()
  const looks: string[] = []
  const story = {
    async settlementOf(id: string) {
      looks.push(id)
      return stored.get(id)
    }
  }
  const coordination = inProcessCoordination()
  const scheduler = manualScheduler()
  const [ingest, edge] = [0, 1].map(() => createSettlements({ story, scheduler, coordination }))
  ingest!.start()
  edge!.start()
  return { stored, looks, scheduler, ingest: ingest!, edge: edge! }
}
const turn = () => new Promise((resolve) => setImmediate(resolve))

test('who waits in another process is told when the story is stored, without waiting for the next look', async () => {
  const { stored, looks, scheduler, ingest, edge } = twoProcesses()
  const settled = edge.wait('E1')
  await turn()
  expect(looks).toEqual(['E1'])
  stored.set('E1', { state: 'recorded' })
  ingest.tell('E1')
  scheduler.advance(2)
  expect(await settled).toEqual({ state: 'recorded' })
})

test('hundreds that settle together are told in few announcements, and nobody looks for what he does not wait for', async () => {
  const { stored, looks, scheduler, ingest, edge } = twoProcesses()
  const ids = Array.from({ length: 120 }, (_, i) => `E${i}`)
  for (const id of ids) stored.set(id, { state: 'recorded' })
  for (const id of ids) ingest.tell(id)
  scheduler.advance(2)
  await turn()
  expect(looks).toEqual([])
  expect(await edge.wait('E119')).toEqual({ state: 'recorded' })
  expect(looks).toEqual(['E119'])
})

test('a lost announcement is made up for by looking again', async () => {
  const { stored, scheduler, edge } = twoProcesses()
  const settled = edge.wait('E1')
  await turn()
  stored.set('E1', { state: 'ignored' })
  scheduler.advance(1000)
  expect(await settled).toEqual({ state: 'ignored' })
})

test('a server that stops tells what it has not told yet', async () => {
  const { stored, ingest, edge } = twoProcesses()
  const settled = edge.wait('E1')
  await turn()
  stored.set('E1', { state: 'recorded' })
  ingest.tell('E1')
  ingest.stop()
  expect(await settled).toEqual({ state: 'recorded' })
})
