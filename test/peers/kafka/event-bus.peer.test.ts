import type { EventBus } from '../../../core/event-bus.ts'
import { eventBusContract } from '../../contract/event-bus.contract.ts'
import { KAFKA_VERSIONS, type KafkaPeer, startKafka } from './broker.ts'
import { busSettings, openBus } from './open-bus.ts'

// The suite of every EventBus, unchanged, on each Kafka that is supported.
describe.each(KAFKA_VERSIONS)('Kafka %s', (version) => {
  let kafka: KafkaPeer
  beforeAll(async () => {
    kafka = await startKafka({ version })
  })
  afterAll(() => kafka.stop())

  eventBusContract(`kafka ${version}`, async (partitions) => {
    const settings = busSettings(kafka)
    let bus: EventBus = await openBus(settings, { partitions })
    return {
      bus,
      async reopen() {
        await bus.stop()
        bus = await openBus(settings, { partitions })
        return bus
      },
      dispose: () => bus.stop()
    }
  })
})
