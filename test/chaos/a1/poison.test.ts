import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AppError } from '../../../core/errors/app-error.ts'
import type { BusHandler } from '../../../core/event-bus.ts'
import { createEmbeddedBus } from '../../../server/bus/embedded/embedded-bus.ts'
import { headOfLine } from './poison.vulnerable.ts'
import { seenFailing, until } from './seen-failing.ts'

type Make = (
  handler: BusHandler,
  values: Uint8Array[]
) => Promise<{ parked(): Promise<string[]>; stop(): Promise<void> }>

const ours: Make = async (handler, values) => {
  const dir = mkdtempSync(join(tmpdir(), 'hb-poison-'))
  const bus = createEmbeddedBus({ path: join(dir, 'bus.sqlite'), partitions: 1 })
  await bus.start()
  // One try: what is passing is not the matter here.
  await bus.subscribe('t', 'g', handler, { maxTries: 1 })
  await bus.append(
    't',
    values.map((value) => ({ key: 'k', value, headers: {} }))
  )
  return {
    parked: async () => (await bus.parked()).map(({ error }) => error.code),
    async stop() {
      await bus.stop()
      rmSync(dir, { recursive: true })
    }
  }
}

/** A1-11: empty, NUL, unparsable, and one at which the mapping itself breaks; through the whole server: operations.test.ts. */
seenFailing<Make>(
  'null, empty, unparsable and crashing messages are parked with their cause, and the rest flows',
  { ours, weak: headOfLine },
  async (make, patienceMs) => {
    const done: string[] = []
    const map = async ({ value }: { value: Uint8Array }): Promise<void> => {
      const text = Buffer.from(value).toString()
      if (text === '' || text === '\0') throw new AppError('HL7_NOT_A_MESSAGE')
      if (!text.startsWith('MSH')) throw new AppError('DECODE_FAILED')
      if (text.includes('crash')) throw new TypeError("Cannot read properties of undefined (reading 'x')")
      done.push(text)
    }
    const queue = await make(
      map,
      ['MSH|1', '', '\0', 'what is this', 'MSH|crash', 'MSH|2'].map((text) => Buffer.from(text))
    )
    try {
      await until(() => done.length === 2, patienceMs)
      expect(done).toEqual(['MSH|1', 'MSH|2'])
      await until(async () => (await queue.parked()).length === 4, patienceMs)
      expect(await queue.parked()).toEqual(['HL7_NOT_A_MESSAGE', 'HL7_NOT_A_MESSAGE', 'DECODE_FAILED', 'INTERNAL'])
    } finally {
      await queue.stop()
    }
  }
)
