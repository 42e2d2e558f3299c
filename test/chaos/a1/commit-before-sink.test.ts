import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AppError } from '../../../core/errors/app-error.ts'
import { createEmbeddedBus } from '../../../server/bus/embedded/embedded-bus.ts'
import { commitsFirst } from './commit-before-sink.vulnerable.ts'
import { seenFailing, until } from './seen-failing.ts'

type Make = (values: string[]) => Promise<{
  /** One life of the consumer, until `enough`. */
  run(handler: (text: string) => Promise<void>, enough: () => boolean): Promise<void>
  stop(): Promise<void>
}>

const ours: Make = async (values) => {
  const dir = mkdtempSync(join(tmpdir(), 'hb-sink-'))
  const bus = createEmbeddedBus({ path: join(dir, 'bus.sqlite'), partitions: 1 })
  await bus.start()
  await bus.append(
    't',
    values.map((text) => ({ key: 'k', value: Buffer.from(text), headers: {} }))
  )
  return {
    async run(handler, enough) {
      const subscription = await bus.subscribe('t', 'g', async ({ value }) => handler(Buffer.from(value).toString()), {
        retryForever: true
      })
      await until(enough).finally(() => subscription.stop())
    },
    async stop() {
      await bus.stop()
      rmSync(dir, { recursive: true })
    }
  }
}

/** A1-18; the process dying between sink and offset: `ingest.concluded` and others in test/chaos/kill.test.ts. */
seenFailing<Make>(
  'a sink that throws keeps its place: the next life begins with the same message, and the sink ends with each once',
  { ours, weak: commitsFirst },
  async (make) => {
    const consumer = await make(['1', '2', '3'])
    try {
      const sink = new Set<string>()
      let refused = 0
      await consumer.run(
        async (text) => {
          if (text === '2') {
            refused += 1
            throw new AppError('STORE_UNAVAILABLE')
          }
          sink.add(text)
        },
        () => refused > 0
      )
      expect([...sink]).toEqual(['1'])
      const handled: string[] = []
      await consumer.run(
        async (text) => {
          handled.push(text)
          sink.add(text)
        },
        () => sink.size >= 3
      )
      expect(handled[0]).toBe('2')
      expect([...sink]).toEqual(['1', '2', '3'])
    } finally {
      await consumer.stop()
    }
  }
)
