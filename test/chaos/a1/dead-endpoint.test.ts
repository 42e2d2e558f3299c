import { oneLoop } from './dead-endpoint.vulnerable.ts'
import { outboxRig } from './outbox-rig.ts'
import { seenFailing, until } from './seen-failing.ts'

const COUNT = 200

interface Deliveries {
  start(): Promise<void>
  add(id: string): Promise<void>
  stop(): Promise<void>
}
type Make = (destinations: Map<string, (id: string) => Promise<boolean>>) => Deliveries

const ours: Make = (destinations) => {
  const rig = outboxRig(destinations)
  const add = async (id: string): Promise<void> => {
    await rig.add([id])
    rig.wake()
  }
  return {
    async start() {
      await rig.start()
      await add('hello')
    },
    add,
    stop: rig.stop
  }
}

/** A1-3 */
seenFailing<Make>(
  'one hanging endpoint of 200 holds no other up',
  { ours, weak: oneLoop },
  async (make, patienceMs) => {
    const received = new Map<string, string[]>()
    let release = (): void => {}
    const hanging = new Promise<boolean>((resolve) => {
      release = () => resolve(true)
    })
    const destinations = new Map(
      Array.from({ length: COUNT }, (_, n): [string, (id: string) => Promise<boolean>] => [
        `d${n}`,
        async (id) => {
          if (n === 7) await hanging
          received.set(`d${n}`, [...(received.get(`d${n}`) ?? []), id])
          return true
        }
      ])
    )
    const delivery = make(destinations)
    void delivery.start().then(() => delivery.add('second'))
    try {
      await until(() => [...received.values()].filter((ids) => ids.includes('second')).length === COUNT - 1, patienceMs)
      expect(received.get('d7')).toBeUndefined()
    } finally {
      release()
      await until(() => (received.get('d7')?.length ?? 0) > 0, patienceMs).catch(() => undefined)
      await delivery.stop()
    }
  }
)

seenFailing<Make>(
  'with 200 dead endpoints the start ends as with none',
  { ours, weak: oneLoop },
  async (make, patienceMs) => {
    let release = (): void => {}
    const never = new Promise<boolean>((resolve) => {
      release = () => resolve(false)
    })
    const delivery = make(new Map(Array.from({ length: COUNT }, (_, n) => [`d${n}`, () => never])))
    let isStarted = false
    void delivery.start().then(() => {
      isStarted = true
    })
    try {
      await until(() => isStarted, patienceMs)
    } finally {
      release()
      await delivery.stop()
    }
  }
)
