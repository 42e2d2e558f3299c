import { completeConnection } from '../../../adapters/kafka/options.ts'
import { createKafkaBus, type KafkaBus, type KafkaBusOptions } from '../../../server/bus/kafka/kafka-bus.ts'
import { KAFKA_BUS_DEFAULTS, type KafkaBusSettings } from '../../../server/bus/kafka/options.ts'
import type { KafkaPeer } from './broker.ts'

let opened = 0
const running = new Set<KafkaBus>()

/** Settings for one test: short time limits, and a prefix that no other test of this broker has. */
export function busSettings(
  kafka: Pick<KafkaPeer, 'brokers'>,
  further: Partial<KafkaBusSettings> = {}
): KafkaBusSettings {
  opened += 1
  const prefix = `t${opened}.`
  const timeouts = { connect: 2_000, request: 5_000, session: 6_000, rebalance: 10_000, fetchWait: 100 }
  const connection = completeConnection({ brokers: kafka.brokers, timeouts }, 'bus.kafka')
  return {
    ...connection,
    ...KAFKA_BUS_DEFAULTS,
    topicPrefix: prefix,
    groupPrefix: prefix,
    replicationFactor: 1,
    ...further
  }
}

/** A started bus. */
export async function openBus(
  settings: KafkaBusSettings,
  options: Omit<KafkaBusOptions, 'settings'> = {}
): Promise<KafkaBus> {
  const bus = createKafkaBus({ partitions: 4, ...options, settings })
  await bus.start()
  running.add(bus)
  return bus
}

/** Stops what a test that failed left running, without which the test process would never end. */
export async function stopBuses(): Promise<void> {
  await Promise.all([...running].map((bus) => bus.stop()))
  running.clear()
}
