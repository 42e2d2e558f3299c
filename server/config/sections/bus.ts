import { CONNECTION_CHECKS, checkKeys, completeConnection } from '../../../adapters/kafka/options.ts'
import { AppError } from '../../../core/errors/app-error.ts'
import { KAFKA_BUS_DEFAULTS, type KafkaBusSettings } from '../../bus/kafka/options.ts'
import { defineSection } from './section.ts'

export interface BusConfig {
  kind: 'embedded' | 'kafka'
  /** Partitions of a topic when it is first used. */
  partitions: number
  /** Extra wait after each commit of the embedded log, standing in for a slow disk; benches and tests only. */
  commitDelayMs: number
  /** The cluster of kind 'kafka'. */
  kafka?: KafkaBusSettings
}

const isCount = (most: number) => (value: unknown) =>
  Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most
/** What Kafka allows in names; the rest of a name is ours. */
const isPrefix = (value: unknown): boolean => typeof value === 'string' && /^[A-Za-z0-9._-]{0,100}$/.test(value)

const KAFKA_CHECKS = {
  ...CONNECTION_CHECKS,
  topicPrefix: isPrefix,
  groupPrefix: isPrefix,
  replicationFactor: isCount(32),
  retentionMs: isCount(2 ** 53 - 1),
  maxQueuedBytes: isCount(2 ** 40)
}

export const bus = defineSection<BusConfig>({ kind: 'embedded', partitions: 16, commitDelayMs: 0 }, ['kafka'], complete)

function complete(given: BusConfig): BusConfig {
  const refuse = (key: string, reason: string): never => {
    throw new AppError('CONFIG_INVALID', { at: `bus.${key}`, reason })
  }
  if (!['embedded', 'kafka'].includes(given.kind)) refuse('kind', 'value')
  if (!isCount(1000)(given.partitions)) refuse('partitions', 'value')
  const { kafka, ...rest } = given
  if (given.kind === 'kafka' && kafka === undefined) refuse('kafka', 'required')
  if (kafka === undefined) return rest
  checkKeys(kafka, KAFKA_CHECKS, 'bus.kafka')
  const connection = completeConnection(kafka, 'bus.kafka')
  const { topicPrefix, groupPrefix, replicationFactor, retentionMs, maxQueuedBytes } = {
    ...KAFKA_BUS_DEFAULTS,
    ...kafka
  }
  return {
    ...rest,
    kafka: { ...connection, topicPrefix, groupPrefix, replicationFactor, retentionMs, maxQueuedBytes }
  }
}
