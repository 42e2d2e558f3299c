import type { Admin, ITopicConfig } from 'kafkajs'
import { reasonOf } from '../../../adapters/kafka/client.ts'
import { AppError } from '../../../core/errors/app-error.ts'
import { DEAD_LETTER_TOPIC } from '../dead-letter.ts'
import type { KafkaBusSettings } from './options.ts'

/** A parked record is its original with the reason in further headers; room for the largest original. */
const DEAD_LETTER_BYTES = 8 * 2 ** 20
const TRIES = 20
const AGAIN_MS = 100

/** Our topics on the brokers, made when they are first used. */
export class Topics {
  readonly #admin: Admin
  readonly #settings: KafkaBusSettings
  readonly #partitions: number
  readonly #known = new Map<string, Promise<number>>()

  constructor(admin: Admin, settings: KafkaBusSettings, partitions: number) {
    this.#admin = admin
    this.#settings = settings
    this.#partitions = partitions
  }

  /** Name on the brokers. */
  nameOf(topic: string): string {
    return this.#settings.topicPrefix + topic
  }

  /** Number of partitions; the topic is made if it is not there. @throws AppError BUS_UNAVAILABLE */
  ensure(topic: string): Promise<number> {
    const known = this.#known.get(topic)
    if (known) return known
    const asked = this.#look(topic).catch((cause: unknown) => {
      this.#known.delete(topic)
      throw cause instanceof AppError ? cause : new AppError('BUS_UNAVAILABLE', { reason: reasonOf(cause), cause })
    })
    this.#known.set(topic, asked)
    return asked
  }

  async exists(topic: string): Promise<boolean> {
    return this.#known.has(topic) || (await this.#admin.listTopics()).includes(this.nameOf(topic))
  }

  /** It was there and is not any more: the next use makes it again. */
  forget(topic: string): void {
    this.#known.delete(topic)
  }

  async #look(topic: string): Promise<number> {
    const name = this.nameOf(topic)
    // kafkajs' own wait for leaders fails on a broker that does not know the topic yet; ours is below.
    if (!(await this.#admin.listTopics()).includes(name))
      await this.#admin.createTopics({ topics: [this.#shape(topic)], waitForLeaders: false })
    // A topic that was just made is not known to every broker at once.
    for (let tries = 1; ; tries++) {
      const partitions = await this.#countPartitions(name)
      if (partitions > 0) return partitions
      if (tries === TRIES) throw new AppError('BUS_UNAVAILABLE', { reason: 'topic-missing' })
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
    }
  }

  async #countPartitions(name: string): Promise<number> {
    try {
      const { topics } = await this.#admin.fetchTopicMetadata({ topics: [name] })
      const found = topics[0]?.partitions ?? []
      return found.every(({ leader }) => leader >= 0) ? found.length : 0
    } catch (error) {
      // kafkajs swallows what the broker said and then reads from nothing (admin.fetchTopicMetadata of 2.2.4).
      if (error instanceof TypeError || reasonOf(error) === 'unknown_topic_or_partition') return 0
      throw error
    }
  }

  #shape(topic: string): ITopicConfig {
    const { replicationFactor, retentionMs } = this.#settings
    const entries: Record<string, string | number> =
      topic === DEAD_LETTER_TOPIC
        ? { 'cleanup.policy': 'compact', 'max.message.bytes': DEAD_LETTER_BYTES }
        : { 'retention.ms': retentionMs }
    // What an acknowledgement promises: on two machines, or flushed to the disk of the only one.
    if (replicationFactor >= 2) entries['min.insync.replicas'] = 2
    if (replicationFactor === 1) entries['flush.messages'] = 1
    return {
      topic: this.nameOf(topic),
      numPartitions: topic === DEAD_LETTER_TOPIC ? 1 : this.#partitions,
      replicationFactor,
      configEntries: Object.entries(entries).map(([key, value]) => ({ name: key, value: String(value) }))
    }
  }
}
