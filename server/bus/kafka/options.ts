import type { KafkaConnection } from '../../../adapters/kafka/options.ts'

/** The bus on Kafka: the cluster, and how our topics and groups are named and made there. */
export interface KafkaBusSettings extends KafkaConnection {
  /** Before the name of each topic and each group. */
  topicPrefix: string
  groupPrefix: string
  /** Copies of each record. From 2 on an append needs two of them; with 1 each append is flushed to the disk. */
  replicationFactor: number
  /** How long records are kept, passed by every group or not. */
  retentionMs: number
  /** Bytes of appends that may wait for the brokers. */
  maxQueuedBytes: number
}

export const KAFKA_BUS_DEFAULTS = {
  topicPrefix: 'hisbundle.',
  groupPrefix: 'hisbundle.',
  replicationFactor: 3,
  retentionMs: 7 * 24 * 60 * 60 * 1000,
  maxQueuedBytes: 64 * 2 ** 20
}
