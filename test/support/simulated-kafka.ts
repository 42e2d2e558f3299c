import type { GroupEvents, GroupSource, PartitionOf } from '../../adapters/kafka/group-source.ts'
import type { BusRecord } from '../../core/event-bus.ts'

const TOPIC = 't'
const FETCH = 40

interface Member {
  id: number
  events: GroupEvents | undefined
  /** Partitions of the generation that it knows. */
  held: Set<number>
  generation: number
  positions: Map<number, number>
  paused: Set<number>
  alive: boolean
  connection: Promise<unknown>
}

/**
 * One topic and one consumer group of a Kafka cluster, as the protocol lets them behave at their worst: a rebalance comes at
 * any await, records that were fetched before it arrive after it, commits fail or arrive late, and a broker takes a
 * commit for any partition from whoever is a member of the present generation.
 */
export class SimulatedKafka {
  readonly #logs: BusRecord[][]
  readonly #committed = new Map<number, number>()
  readonly #random: () => number
  readonly #members: Member[] = []
  #generation = 0
  #owner = new Map<number, number>()
  /** Commits for a partition that the member did not hold, and commits that went back. */
  readonly violations = { foreign: 0, backward: 0 }
  readonly counts = { rebalances: 0, commits: 0, refused: 0, stale: 0 }

  constructor(options: { partitions: number; records: number; random: () => number }) {
    this.#random = options.random
    this.#logs = Array.from({ length: options.partitions }, () => [])
    for (let n = 0; n < options.records; n++) {
      const partition = n % options.partitions
      const log = this.#logs[partition]!
      const value = new Uint8Array(0)
      log.push({ topic: TOPIC, partition, offset: log.length, timestamp: 0, key: '', value, headers: { id: `E${n}` } })
    }
  }

  get isDone(): boolean {
    return this.#logs.every((log, partition) => this.#committed.get(partition) === log.length)
  }

  /** A process that joins with `start` and leaves with `stop`. */
  source(): GroupSource {
    const member: Member = {
      id: this.#members.length,
      events: undefined,
      held: new Set(),
      generation: -1,
      positions: new Map(),
      paused: new Set(),
      alive: false,
      connection: Promise.resolve()
    }
    this.#members.push(member)
    return {
      start: (events) => {
        member.events = events
        member.alive = true
        void this.rebalance()
        void this.#fetchLoop(member, 0)
        void this.#fetchLoop(member, 1)
      },
      positions: async (partitions) => {
        await this.#anyTime()
        if (this.#random() < 0.05) throw new Error('coordinator not available')
        return partitions.map(({ topic, partition }) => ({
          topic,
          partition,
          committed: this.#committed.get(partition),
          first: 0,
          end: this.#logs[partition]!.length
        }))
      },
      seek: ({ partition }, offset) => member.positions.set(partition, offset),
      pause: ({ partition }) => member.paused.add(partition),
      resume: ({ partition }) => member.paused.delete(partition),
      commit: (offsets) => this.#commit(member, offsets),
      stop: async () => {
        member.alive = false
        await this.rebalance()
      }
    }
  }

  /** All are told, at different times; in between some have the old partitions and some the new ones. */
  async rebalance(): Promise<void> {
    this.counts.rebalances += 1
    const generation = ++this.#generation
    const alive = this.#members.filter((member) => member.alive)
    this.#owner = new Map()
    if (alive.length > 0)
      for (const partition of this.#logs.keys())
        this.#owner.set(partition, alive[Math.floor(this.#random() * alive.length)]!.id)
    await Promise.all(
      alive.map(async (member) => {
        if (this.#random() < 0.8) member.events?.revoking()
        await this.#anyTime()
        if (!member.alive || this.#generation !== generation) return
        const kept = member.generation === generation - 1
        member.generation = generation
        member.held = new Set(
          [...this.#owner].filter(([, owner]) => owner === member.id).map(([partition]) => partition)
        )
        // As kafkajs: every partition, kept or not, begins at what was committed.
        member.positions = new Map(
          [...member.held].map((partition) => [partition, this.#committed.get(partition) ?? 0])
        )
        member.events?.assigned(
          [...member.held].map((partition) => ({ topic: TOPIC, partition })),
          kept
        )
      })
    )
  }

  /** Two of them stand for the fetches of two brokers: what one of them brings is not held up by the other. */
  async #fetchLoop(member: Member, broker: 0 | 1): Promise<void> {
    while (member.alive) {
      await this.#anyTime()
      for (const partition of [...member.held].filter((one) => one % 2 === broker)) {
        if (member.paused.has(partition)) continue
        const from = member.positions.get(partition) ?? 0
        const records = this.#logs[partition]!.slice(from, from + 1 + Math.floor(this.#random() * FETCH))
        if (records.length === 0) continue
        const { generation } = member
        if (this.#random() < 0.4) await this.#anyTime(40)
        if (generation !== member.generation) this.counts.stale += 1
        const next = from + records.length
        if (member.events?.fetched({ topic: TOPIC, partition, from, records, next }))
          member.positions.set(partition, next)
      }
    }
  }

  /** What one connection carries arrives in its order. */
  #commit(member: Member, offsets: (PartitionOf & { offset: number })[]): Promise<void> {
    const { generation, held } = member
    const foreign = offsets.filter(({ partition }) => !held.has(partition)).length
    const sent = member.connection.then(() => this.#take(generation, foreign, offsets))
    member.connection = sent.catch(() => undefined)
    return sent
  }

  async #take(generation: number, foreign: number, offsets: (PartitionOf & { offset: number })[]): Promise<void> {
    await this.#anyTime()
    if (generation !== this.#generation || this.#random() < 0.1) {
      this.counts.refused += 1
      throw new Error('illegal generation, or no answer')
    }
    this.violations.foreign += foreign
    for (const { partition, offset } of offsets) {
      this.counts.commits += 1
      if (offset < (this.#committed.get(partition) ?? 0)) this.violations.backward += 1
      this.#committed.set(partition, offset)
    }
    // Taken, but the member does not hear of it.
    if (this.#random() < 0.05) throw new Error('no answer')
  }

  async #anyTime(most = 4): Promise<void> {
    for (let turns = Math.floor(this.#random() * most); turns > 0; turns--)
      await new Promise((resolve) => setImmediate(resolve))
    await undefined
  }
}
