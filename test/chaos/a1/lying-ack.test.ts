import { peekHl7v2 } from '../../../adapters/hl7v2/peek.ts'
import { systemClock } from '../../../core/clock.ts'
import { ulidFactory } from '../../../core/ids.ts'
import { silentLogger } from '../../../core/log.ts'
import type { Arrival } from '../../../core/transport.ts'
import { createIntake, type IntakeDeps } from '../../../server/pipeline/intake.ts'
import { minutes, potassium } from '../../integration/support/hospital.ts'
import { answersFirst, type Durable } from './lying-ack.vulnerable.ts'
import { seenFailing, turns } from './seen-failing.ts'

type Make = (log: Durable) => (arrival: Arrival) => Promise<unknown>

/** The intake with only its log beneath; what it writes behind the acknowledgement goes nowhere. */
const ours: Make = (log) => {
  const nothing = { sql: 'SELECT 1' }
  const intake = createIntake({
    bus: {
      async append(_topic: string, messages: { value: Uint8Array }[]) {
        for (const { value } of messages) await log.append(value)
        return messages.map(() => ({ partition: 0, offset: 0 }))
      },
      lag: async () => 0
    } as unknown as IntakeDeps['bus'],
    blobs: { put: async () => ({ sha256: '', size: 0 }) } as unknown as IntakeDeps['blobs'],
    receipts: {
      find: async () => ({ kind: 'new' }),
      remember() {},
      keepReply() {}
    } as unknown as IntakeDeps['receipts'],
    story: { received: () => nothing, settled: () => [nothing] } as unknown as IntakeDeps['story'],
    settlements: { wait: async () => ({ state: 'recorded' }), stop() {} } as unknown as IntakeDeps['settlements'],
    behind: { add() {}, pending: 0, async flush() {} },
    counters: { inFlightBytes: 0, accepted: 0, acceptedBytes: 0 } as IntakeDeps['counters'],
    feeds: (name) => ({ name, zone: 'UTC', codeMap: {}, options: {} }),
    families: { hl7v2: peekHl7v2 } as IntakeDeps['families'],
    familyOf: () => 'hl7v2',
    reply: async () => undefined,
    clock: systemClock,
    ulid: ulidFactory(),
    log: silentLogger
  })
  return (arrival) => intake.accept('feed', arrival)
}

const NOW = new Date('2026-03-01T12:00:00Z')
const arrival: Arrival = {
  family: 'hl7v2',
  mediaType: 'x-application/hl7-v2+er7',
  bytes: potassium({ controlId: 'A1', at: minutes(NOW, 0), filler: 'F', value: '4', collectedAt: NOW, mrn: '1' })
}

/** A1-5; with real processes killed right after the acknowledgement left: `mllp.answered` in test/chaos/kill.test.ts. */
seenFailing<Make>('no acknowledgement before the message is durable', { ours, weak: answersFirst }, async (make) => {
  let isDurable = false
  let land = (): void => {}
  const accept = make({
    append: () =>
      new Promise((resolve) => {
        land = () => {
          isDurable = true
          resolve()
        }
      })
  })
  let wasDurableAtAnswer: boolean | undefined
  const answered = accept(arrival).then(() => {
    wasDurableAtAnswer = isDurable
  })
  await turns(20)
  expect(wasDurableAtAnswer).toBeUndefined()
  land()
  await answered
  expect(wasDurableAtAnswer).toBe(true)
})
