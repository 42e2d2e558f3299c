import type { BusMessage, BusRecord, ParkedRecord, Placed } from '../../../core/event-bus.ts'
import { DEAD_LETTER_TOPIC, fromDeadLetter, toDeadLetter } from '../dead-letter.ts'
import type { LogScanner } from './log-scanner.ts'
import type { Topics } from './topics.ts'

const KEY_HEADER = 'parked-key'
const STATE_HEADER = 'parked-state'

type State = ParkedRecord['state']

/** Where the last word on a parked record lies. */
interface Entry {
  offset: number
  topic: string
  state: State
}

interface ParkedLogDeps {
  scanner: LogScanner
  topics: Topics
  append(topic: string, messages: BusMessage[]): Promise<Placed[]>
}

/**
 * The dead letter as a compacted topic of one partition, keyed by the id of the parked record: parking writes it, replaying
 * writes it anew with the other state, the last word counts. So every process sees the same list, no database is needed,
 * and it is kept until somebody replays it, however long that takes.
 */
export class ParkedLog {
  readonly #deps: ParkedLogDeps

  constructor(deps: ParkedLogDeps) {
    this.#deps = deps
  }

  async write(parked: ParkedRecord): Promise<void> {
    const { headers, ...dead } = toDeadLetter(parked)
    await this.#deps.append(DEAD_LETTER_TOPIC, [
      { ...dead, key: parked.id, headers: { ...headers, [KEY_HEADER]: dead.key, [STATE_HEADER]: parked.state } }
    ])
  }

  /** Oldest first. */
  async list(filter: { topic?: string; state?: State; limit: number }): Promise<ParkedRecord[]> {
    const entries = [...(await this.#index()).values()].filter(
      ({ topic, state }) => (filter.topic ?? topic) === topic && (filter.state ?? state) === state
    )
    const found: ParkedRecord[] = []
    for await (const parked of this.#read(entries.sort(byOffset).slice(0, filter.limit))) found.push(parked)
    return found
  }

  /** What waits now, oldest first; one at a time, however much it is. */
  async *waiting(): AsyncGenerator<ParkedRecord> {
    const entries = [...(await this.#index()).values()].filter(({ state }) => state === 'parked')
    yield* this.#read(entries.sort(byOffset))
  }

  /** The record of this id if it waits. */
  async find(id: string): Promise<ParkedRecord | undefined> {
    const entry = (await this.#index()).get(id)
    if (entry?.state !== 'parked') return undefined
    for await (const parked of this.#read([entry])) return parked
    return undefined
  }

  /** Records at these places. One that is not there any more was compacted away: there is a later word on it. */
  async *#read(entries: Entry[]): AsyncGenerator<ParkedRecord> {
    const [first, last] = [entries[0], entries.at(-1)]
    if (!first || !last) return
    const offsets = new Set(entries.map(({ offset }) => offset))
    for await (const page of this.#deps.scanner.pages(DEAD_LETTER_TOPIC, 0, first.offset, last.offset + 1))
      for (const record of page) if (offsets.has(record.offset)) yield toParked(record)
  }

  /** The last word on every id: about a hundred bytes for each, the records themselves are not kept. */
  async #index(): Promise<Map<string, Entry>> {
    const index = new Map<string, Entry>()
    if (!(await this.#deps.topics.exists(DEAD_LETTER_TOPIC))) return index
    const [log] = await this.#deps.scanner.ends(DEAD_LETTER_TOPIC)
    if (!log) return index
    for await (const page of this.#deps.scanner.pages(DEAD_LETTER_TOPIC, 0, log.first, log.end))
      for (const { key, offset, headers } of page) {
        if (headers[STATE_HEADER] === undefined) index.delete(key)
        else index.set(key, { offset, topic: headers['parked-topic'] ?? '', state: headers[STATE_HEADER] as State })
      }
    return index
  }
}

const byOffset = (a: Entry, b: Entry): number => a.offset - b.offset

function toParked(record: BusRecord): ParkedRecord {
  const { [KEY_HEADER]: key = '', [STATE_HEADER]: state, ...headers } = record.headers
  return fromDeadLetter({ key, value: record.value, headers }, state as State)
}
