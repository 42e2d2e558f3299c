import type { Sent } from '../../../core/destination.ts'
import { hl7Destination } from '../../../server/delivery/hl7-destination.ts'
import { minutes, potassium } from '../../integration/support/hospital.ts'
import { laboratory } from '../../integration/support/receivers.ts'
import { finalUnlessAccepted } from './answers.vulnerable.ts'
import { seenFailing } from './seen-failing.ts'

const NOW = new Date('2026-03-01T12:00:00Z')

/** What the destination makes of MSA-1; undefined: the peer is silent. */
const ours = async (code: string | undefined): Promise<Sent> => {
  const peer = await laboratory(() => code ?? null)
  const destination = hl7Destination({
    config: {
      name: 'lab',
      kind: 'mllp',
      address: peer.address,
      acceptsSynthetic: true,
      commitment: 'none',
      profile: { timeoutMs: 60 }
    },
    feeds: [],
    zone: 'UTC',
    outbox: { sentVersions: async () => [] },
    mayLeave: () => true
  })
  try {
    return await destination.send({
      id: 'one',
      mediaType: 'x-application/hl7-v2+er7',
      bytes: potassium({ controlId: 'ONE', at: minutes(NOW, 0), filler: 'F', value: '4', collectedAt: NOW, mrn: '1' })
    })
  } finally {
    await destination.stop?.()
    await peer.close()
  }
}

/** A1-7: what becomes of each in the queue is shown in test/integration/orders.test.ts. */
seenFailing<(code: string | undefined) => Promise<Sent> | Sent>(
  'silence and AE are tried again, AR is parked, each under its own code',
  { ours, weak: finalUnlessAccepted },
  async (send) => {
    const [accepted, silent, error, rejected] = [
      await send('AA'),
      await send(undefined),
      await send('AE'),
      await send('AR')
    ]
    expect(accepted.kind).toBe('delivered')
    expect([silent.kind, error.kind, rejected.kind]).toEqual(['retry', 'retry', 'refused'])
    const codes = [silent, error, rejected].map((sent) => (sent as { code: string }).code)
    expect(new Set(codes).size).toBe(3)
  }
)
