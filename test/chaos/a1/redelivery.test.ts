import { buildWorld, feedNamed } from '../../../server/pipeline/fixtures/world.ts'
import { hl7, msh } from '../../integration/support/hospital.ts'
import { byControlIdAlone } from './redelivery.vulnerable.ts'
import { seenFailing } from './seen-failing.ts'

const NOW = new Date('2026-03-01T12:00:00Z')

type Make = () => Promise<{
  /** `effects`: messages on the bus after it. */
  receive(controlId: string, body: string): Promise<{ duplicate: string; effects: number }>
  stop(): Promise<void>
}>

const ours: Make = async () => {
  const world = await buildWorld({ ingest: false, feeds: { lab: feedNamed('lab') } })
  let sends = 0
  return {
    async receive(controlId, body) {
      // MSH-7 is of the try, not of the message.
      const at = new Date(NOW.getTime() + 1000 * sends++)
      const bytes = hl7(msh({ type: 'ORU^R01^ORU_R01', controlId, at }), 'PID|1||1^^^HOSP', body)
      const { duplicate } = await world.intake.accept('lab', {
        family: 'hl7v2',
        mediaType: 'x-application/hl7-v2+er7',
        bytes
      })
      return { duplicate, effects: await world.bus.lag('inbound.hl7v2', 'ingest') }
    },
    stop: () => world.dispose()
  }
}

/** A1-16; answers byte for byte: adapters/transports/mllp/mllp.test.ts. */
seenFailing<Make>(
  'the same message again has one effect, the same control id with another body is new and flagged',
  { ours, weak: byControlIdAlone },
  async (make) => {
    const receiver = await make()
    try {
      expect(await receiver.receive('M1', 'OBR|1')).toEqual({ duplicate: 'none', effects: 1 })
      expect(await receiver.receive('M1', 'OBR|1')).toEqual({ duplicate: 'identical', effects: 1 })
      expect(await receiver.receive('M1', 'OBR|2')).toEqual({ duplicate: 'changed', effects: 2 })
    } finally {
      await receiver.stop()
    }
  }
)
