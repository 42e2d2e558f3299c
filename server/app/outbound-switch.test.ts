import type { Coordination } from '../../core/coordination.ts'
import { recordWorld } from '../../test/support/record.ts'
import { manualScheduler, type Scheduler } from '../bus/scheduler.ts'
import { createOutboundSwitch } from './outbound-switch.ts'
import { createSettings } from './settings.ts'

let world: Awaited<ReturnType<typeof recordWorld>>
beforeEach(async () => {
  world = await recordWorld()
  await createSettings(world.store.sql).define()
})
afterEach(() => world.stop())

/** The switch as one process has it. */
async function inProcess({
  configured = true,
  coordination = world.store.coordination,
  scheduler = manualScheduler()
}: {
  configured?: boolean
  coordination?: Coordination
  scheduler?: Scheduler
} = {}) {
  const settings = createSettings(world.store.sql)
  const outbound = createOutboundSwitch({ settings, coordination, configured, scheduler })
  await outbound.start()
  return outbound
}

test('is on by default; off is heard by every process at once, and holds after a restart', async () => {
  const [one, two] = [await inProcess(), await inProcess()]
  expect([one.on, two.on]).toEqual([true, true])
  expect(await one.set(false)).toBe(false)
  expect([one.on, two.on]).toEqual([false, false])
  one.stop()
  const restarted = await inProcess()
  expect(restarted.on).toBe(false)
  const told: string[] = []
  two.onChange(() => told.push('on'))
  expect(await restarted.set(true)).toBe(true)
  expect(two.on).toBe(true)
  expect(told).toEqual(['on'])
  two.stop()
  restarted.stop()
})

test('an announcement that is lost is made up for by the stored value', async () => {
  const deaf = { ...world.store.coordination, listen: () => () => {} }
  const scheduler = manualScheduler()
  const two = await inProcess({ coordination: deaf, scheduler })
  const one = await inProcess()
  await one.set(false)
  expect(two.on).toBe(true)
  scheduler.advance(5000)
  while (two.on) await new Promise((resolve) => setTimeout(resolve, 5))
  expect(two.on).toBe(false)
  one.stop()
  two.stop()
})

test('`outbound: false` of the configuration cannot be switched on', async () => {
  const outbound = await inProcess({ configured: false })
  expect(await outbound.set(true)).toBe(false)
  expect(outbound.on).toBe(false)
  outbound.stop()
})
