import { createMllpClient } from '../../../adapters/transports/mllp/client.ts'
import { minutes, potassium } from '../../integration/support/hospital.ts'
import { laboratory } from '../../integration/support/receivers.ts'
import { takesTheNext } from './late-ack.vulnerable.ts'
import { seenFailing } from './seen-failing.ts'

const NOW = new Date('2026-03-01T12:00:00Z')
const TIMEOUT_MS = 60

type Make = (port: number, timeoutMs: number) => { send(bytes: Uint8Array): Promise<boolean>; close(): Promise<void> }

const ours: Make = (port, timeoutMs) => {
  const client = createMllpClient({ host: '127.0.0.1', port, timeoutMs })
  return {
    send: (bytes) =>
      client.send(bytes).then(
        ({ code }) => code === 'AA',
        () => false
      ),
    close: () => client.close()
  }
}

const message = (controlId: string) =>
  potassium({ controlId, at: minutes(NOW, 0), filler: controlId, value: '4', collectedAt: NOW, mrn: '1' })

/** A1-6 */
seenFailing<Make>(
  'the late answer to message 1 does not confirm message 2',
  { ours, weak: takesTheNext },
  async (make) => {
    // Silent to the first; to the second it gives the answer that was meant for the first.
    const peer = await laboratory(({ controlId }) => (controlId === 'ONE' ? null : 'MSA|AA|ONE'))
    const client = make(peer.port, TIMEOUT_MS)
    try {
      expect(await client.send(message('ONE'))).toBe(false)
      expect(await client.send(message('TWO'))).toBe(false)
      expect(peer.received.map(({ controlId }) => controlId)).toContain('TWO')
    } finally {
      await client.close()
      await peer.close()
    }
  }
)
