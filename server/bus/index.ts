import { join } from 'node:path'
import type { Clock } from '../../core/clock.ts'
import type { EventBus } from '../../core/event-bus.ts'
import type { Logger } from '../../core/log.ts'
import type { Config } from '../config/schema.ts'
import { createEmbeddedBus } from './embedded/embedded-bus.ts'
import { createKafkaBus } from './kafka/kafka-bus.ts'

const DAY_MS = 24 * 60 * 60_000

/** The bus that the configuration names; nothing is opened before its `start`. */
export function createBus(config: Config, clock: Clock, log: Logger): EventBus {
  const { kind, partitions, commitDelayMs, kafka } = config.bus
  if (kind === 'kafka' && kafka) return createKafkaBus({ settings: kafka, partitions, clock, log })
  const { busDays, busBytes } = config.retention
  return createEmbeddedBus({
    path: join(config.dataDir, 'bus.sqlite'),
    partitions,
    commitDelayMs,
    clock,
    keepMs: busDays * DAY_MS,
    maxBytes: busBytes
  })
}
