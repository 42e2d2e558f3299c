import type { BusRecord } from '../../core/event-bus.ts'

export interface PartitionOf {
  topic: string
  partition: number
}

export interface Position extends PartitionOf {
  /** Next offset as the group committed it; undefined: it never did. */
  committed: number | undefined
  /** Oldest offset that is kept, and the next one at the end. */
  first: number
  end: number
}

export interface Fetched extends PartitionOf {
  /** The offset that was asked for. */
  from: number
  records: BusRecord[]
  /** The offset to ask for next; offsets in between may hold nothing (compaction, control records). */
  next: number
}

/** What a member of a consumer group is told. All calls are synchronous. */
export interface GroupEvents {
  /** The partitions that are held from now on. `kept`: those among them that were held before were so all the time. */
  assigned(partitions: PartitionOf[], kept: boolean): void
  /** @returns false when the records were not wanted (another place was asked for, or the partition is not held) */
  fetched(fetched: Fetched): boolean
  /** Offsets up to `next` held nothing for a reader, so nothing was given to `fetched`. */
  passedOver(partition: PartitionOf, next: number): void
  /** The group shares its partitions out anew: nothing more may be begun until `assigned`. */
  revoking(): void
}

/** One member of a consumer group, as GroupConsumer sees it: kafkajs (kafka-group.ts), or a simulated cluster in tests. */
export interface GroupSource {
  /** Begins to join; `assigned` follows in its time, and again after every trouble. */
  start(events: GroupEvents): void
  positions(partitions: PartitionOf[]): Promise<Position[]>
  /** The next records of a held partition shall be those from `offset`. */
  seek(partition: PartitionOf, offset: number): void
  pause(partition: PartitionOf): void
  resume(partition: PartitionOf): void
  /** One attempt, as the member that this is at the moment of the call. */
  commit(offsets: (PartitionOf & { offset: number })[]): Promise<void>
  /** Leaves the group. */
  stop(): Promise<void>
}
