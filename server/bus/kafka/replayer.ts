import type { BusMessage, BusRecord, ParkedRecord, Placed, ReplayRequest } from '../../../core/event-bus.ts'
import { ENVELOPE_ID_HEADER, REPLAY_OF_HEADER, toReplay } from '../dead-letter.ts'
import type { LogScanner } from './log-scanner.ts'
import type { ParkedLog } from './parked-log.ts'
import type { Topics } from './topics.ts'

const HOUR_MS = 60 * 60 * 1000
/** A ULID begins with its milliseconds in Crockford's base 32; a child's id has '.n' behind it. */
const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}(\.|$)/
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

interface ReplayerDeps {
  scanner: LogScanner
  topics: Topics
  parked: ParkedLog
  append(topic: string, messages: BusMessage[]): Promise<Placed[]>
}

/** Appends records once more. One request after the other, so that within a process a parked record is replayed once. */
export class Replayer {
  readonly #deps: ReplayerDeps
  #last: Promise<unknown> = Promise.resolve()

  constructor(deps: ReplayerDeps) {
    this.#deps = deps
  }

  replay(what: ReplayRequest): Promise<number> {
    const turn = this.#last.then(() => this.#replay(what))
    this.#last = turn.catch(() => undefined)
    return turn
  }

  async #replay(what: ReplayRequest): Promise<number> {
    if ('parkedId' in what) {
      const parked = await this.#deps.parked.find(what.parkedId)
      return parked ? this.#replayParked(parked) : 0
    }
    if ('allParked' in what) {
      let total = 0
      // Only what was parked before the call; what fails again is parked anew and waits for the next call.
      for await (const parked of this.#deps.parked.waiting()) total += await this.#replayParked(parked)
      return total
    }
    if (!(await this.#deps.topics.exists(what.topic))) return 0
    if ('envelopeId' in what) {
      const found = await this.#find(what.topic, what.envelopeId)
      if (!found) return 0
      await this.#deps.append(what.topic, [toReplay(found)])
      return 1
    }
    return this.#replayRange(what)
  }

  /** First the record, then the note that it was: a crash in between replays twice rather than never. */
  async #replayParked(parked: ParkedRecord): Promise<1> {
    await this.#deps.append(parked.record.topic, [toReplay(parked.record, parked.group)])
    await this.#deps.parked.write({ ...parked, state: 'replayed' })
    return 1
  }

  async #replayRange({ topic, partition, from, to }: Extract<ReplayRequest, { from: number }>): Promise<number> {
    const log = (await this.#deps.scanner.ends(topic)).find((one) => one.partition === partition)
    if (!log) return 0
    let total = 0
    // What the replay itself appends lies behind this end, so it ends.
    for await (const page of this.#deps.scanner.pages(
      topic,
      partition,
      Math.max(from, log.first),
      Math.min(to, log.end)
    )) {
      await this.#deps.append(
        topic,
        page.map((record) => toReplay(record))
      )
      total += page.length
    }
    return total
  }

  /**
   * The record that was received under this id, not a replay of it. An id of ours tells its time: only what was appended
   * from an hour before it to a day after it is read. Any other id is looked for in the whole topic, page by page.
   */
  async #find(topic: string, envelopeId: string): Promise<BusRecord | undefined> {
    const { scanner } = this.#deps
    const time = ULID.test(envelopeId) ? timeOf(envelopeId) : undefined
    const [ends, since, until] = await Promise.all([
      scanner.ends(topic),
      time === undefined ? undefined : scanner.since(topic, time - HOUR_MS),
      time === undefined ? undefined : scanner.since(topic, time + 24 * HOUR_MS)
    ])
    for (const { partition, first, end } of ends) {
      const from = Math.max(first, since?.get(partition) ?? first)
      const to = Math.min(end, until?.get(partition) ?? end)
      for await (const page of scanner.pages(topic, partition, from, to)) {
        const found = page.find(
          ({ headers }) => headers[ENVELOPE_ID_HEADER] === envelopeId && headers[REPLAY_OF_HEADER] === undefined
        )
        if (found) return found
      }
    }
    return undefined
  }
}

/** Milliseconds since 1970 of a ULID. */
const timeOf = (ulid: string): number =>
  [...ulid.slice(0, 10)].reduce((time, digit) => time * 32 + CROCKFORD.indexOf(digit), 0)
