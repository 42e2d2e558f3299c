import type { BlobStore } from '../../core/blob-store.ts'
import type { Clock } from '../../core/clock.ts'
import type { Decoded } from '../../core/decoded.ts'
import type { Envelope } from '../../core/envelope.ts'
import { AppError, asAppError } from '../../core/errors/app-error.ts'
import type { BusRecord, BusSubscription, EventBus, ParkedRecord } from '../../core/event-bus.ts'
import { failpoint } from '../../core/failpoint.ts'
import type { FeedFacts } from '../../core/format.ts'
import type { Logger } from '../../core/log.ts'
import type { Sql, Statement } from '../../core/sql.ts'
import type { Settlement } from '../../core/transport.ts'
import { type Scheduler, systemScheduler } from '../bus/scheduler.ts'
import type { Assembly } from './assembly.ts'
import type { PipelineCounters } from './counters.ts'
import type { DecodePool } from './decode-pool.ts'
import { type EnvelopeFacts, fromBusRecord } from './envelope-headers.ts'
import { INBOUND_TOPICS, INGEST_GROUP } from './families.ts'
import type { Formats } from './formats.ts'
import type { Intake } from './intake.ts'
import { type MessageMeter, silentMeter } from './meter.ts'
import { receiptStatement } from './receipts.ts'
import type { Settlements } from './settlements.ts'
import { delaysOf, type SourceClocks } from './source-clock.ts'
import type { Story } from './story.ts'
import type { UnmappedCodes } from './unmapped-codes.ts'

/** A defect of ours is tried this often; a passing failure of store or bus without end, since every message would fail. */
const DEFECT_TRIES = 3
const LOOK_AGAIN_MS = 1000
const OUTAGES = new Set(['STORE_UNAVAILABLE', 'BUS_UNAVAILABLE', 'BACK_PRESSURE', 'SHUTTING_DOWN'])

/** The feed's facts and which formats it may use. */
export type IngestFeed = FeedFacts & { formats?: readonly string[] }

export interface RecordFacts {
  /** The same SOP Instance UID or control id was seen before with other content (rules section 5). */
  contentChanged: boolean
}

export type RecordStep = (
  envelope: Envelope,
  feed: FeedFacts,
  decoded: Decoded,
  facts: RecordFacts
) => Promise<Settlement & { resources: string[] }>

export interface IngestDeps {
  bus: EventBus
  blobs: BlobStore
  sql: Sql
  formats: Formats
  pool: Pick<DecodePool, 'decode'>
  record: RecordStep
  assembly: Pick<Assembly, 'add'>
  intake: Pick<Intake, 'child' | 'turn'>
  story: Story
  settlements: Settlements
  codes: UnmappedCodes
  sources: SourceClocks
  /** Asks a person to look at the clock of a source (rules section 3). */
  clockJumped?(envelope: Omit<Envelope, 'body'>): Promise<void>
  counters: PipelineCounters
  feeds(name: string): IngestFeed | undefined
  clock: Clock
  log: Logger
  meter?: MessageMeter
  scheduler?: Scheduler
  /** Messages of one family worked on side by side; each waits for two commits, which they share. Default 16. */
  concurrency?: number
}

export interface Ingest {
  start(): Promise<void>
  stop(): Promise<void>
}

/** From the bus to the record: body, decode, record, parts, embedded messages, story, receipt. */
export function createIngest(deps: IngestDeps): Ingest {
  const { bus, blobs, sql, story, settlements, counters, clock, log, meter = silentMeter } = deps
  const { scheduler = systemScheduler } = deps
  let subscriptions: BusSubscription[] = []
  let cancelLook: (() => void) | undefined

  async function handle(busRecord: BusRecord): Promise<void> {
    const { envelope: claimed, facts } = fromBusRecord(busRecord)
    const feed = deps.feeds(claimed.feed)
    if (!feed) throw new AppError('FEED_UNKNOWN')
    await deps.intake.turn(claimed.family)
    const envelope = facts.claim ? { ...claimed, body: await blobs.get(facts.claim.sha256) } : claimed
    const format = deps.formats.find(envelope.family, envelope.kind, feed.formats)
    const decoded = await deps.pool.decode(format.name, envelope, factsOf(feed))
    failpoint('ingest.decoded')
    const settlement = await recorded(envelope, { feed, decoded, facts })
    failpoint('ingest.recorded')
    for (const [index, embedded] of decoded.embedded.entries()) {
      await deps.intake.child(envelope, index + 1, embedded)
    }
    const { jumped, statements } = await deps.sources.note(envelope, decoded)
    if (jumped && settlement.state === 'recorded') await deps.clockJumped?.(envelope)
    await conclude(envelope, { settlement, facts, decoded, further: statements })
    failpoint('ingest.concluded')
  }

  async function recorded(
    envelope: Envelope,
    { feed, decoded, facts }: { feed: IngestFeed; decoded: Decoded; facts: EnvelopeFacts }
  ): Promise<Settlement & { resources: string[] }> {
    if (decoded.ignored) return { state: 'ignored', resources: [] }
    const contentChanged = facts.contentChanged ?? false
    const settlement = await deps.record(envelope, factsOf(feed), decoded, { contentChanged })
    if (settlement.state !== 'recorded' || !decoded.groups.some(({ parts }) => parts.length > 0)) return settlement
    // Kept whatever the bus still holds: frames are read from it.
    const instance = facts.claim ?? (await blobs.put(envelope.body))
    if (contentChanged) {
      // Rules section 5: kept and flagged, and held back from the series that inference reads.
      return { ...settlement, error: new AppError('CONTENT_CHANGED').toJSON() }
    }
    const { body: _body, ...head } = envelope
    const { messageTime, processingId } = decoded
    for (const { parts, subject, visit } of decoded.groups) {
      for (const part of parts) {
        const context = { envelope: head, subject, visit, messageTime, processingId }
        await deps.assembly.add(part, instance.sha256, context)
      }
    }
    return settlement
  }

  async function conclude(
    envelope: Envelope,
    ended: {
      settlement: Settlement & { resources?: string[] }
      facts: EnvelopeFacts
      decoded?: Decoded
      further?: Statement[]
    }
  ): Promise<void> {
    const { settlement, facts, decoded, further = [] } = ended
    if (settlement.state === 'recorded') counters.recorded += 1
    else if (settlement.state === 'ignored') counters.ignored += 1
    else if (settlement.state === 'refused') counters.refusedByRecord += 1
    settlements.settle(envelope.id, toSettlement(settlement))
    const settledAt = clock.now().toISOString()
    const isReplay = envelope.correlation.replayOf !== undefined
    await sql.write([
      ...story.settled(envelope, settlement, { settledAt, contentChanged: facts.contentChanged, peer: facts.peer }),
      ...(facts.receipt ? [receiptStatement(facts.receipt, envelope.id, Date.parse(envelope.receivedAt))] : []),
      // A replay brings no code that was not counted already.
      ...(decoded && !isReplay ? deps.codes.statements(envelope.feed, decoded.notes, settledAt) : []),
      ...further
    ])
    settlements.tell(envelope.id)
    meter.ended(envelope, settlement.state, settlement.error?.code)
    if (decoded && !isReplay) for (const seconds of delaysOf(envelope, decoded)) meter.acquired(envelope, seconds)
    log.debug(
      { envelopeId: envelope.id, feed: envelope.feed, state: settlement.state, code: settlement.error?.code },
      'message settled'
    )
  }

  function onParked(parked: ParkedRecord): void {
    const { envelope, facts } = fromBusRecord(parked.record)
    counters.parked += 1
    failpoint('ingest.parked')
    log.warn(
      {
        code: parked.error.code,
        reason: parked.error.reason,
        at: parked.error.at,
        feed: envelope.feed,
        envelopeId: envelope.id,
        tries: parked.tries
      },
      'message parked'
    )
    conclude(envelope, { settlement: { state: 'parked', error: parked.error }, facts }).catch((error: unknown) => {
      // Made up for at the next start; the item itself is safe in the dead letter.
      log.error({ code: asAppError(error).code, envelopeId: envelope.id }, 'story of a parked message not written')
    })
  }

  /** A crash may have come between the parking of a message and its story. */
  async function makeUpStories(): Promise<void> {
    for (const parked of await bus.parked({ state: 'parked' })) {
      if (parked.group !== INGEST_GROUP) continue
      const { envelope, facts } = fromBusRecord(parked.record)
      if (await story.settlementOf(envelope.id)) continue
      await conclude(envelope, { settlement: { state: 'parked', error: parked.error }, facts })
    }
  }

  /** A bus or store that is not ready yet keeps no message waiting for this; it is tried again. */
  async function makeUpStoriesWhenPossible(): Promise<void> {
    try {
      await makeUpStories()
    } catch (thrown) {
      const error = asAppError(thrown)
      if (error.row.retry !== 'later') throw error
      log.warn({ code: error.code, reason: error.reason }, 'stories of parked messages not looked at, trying again')
      cancelLook = scheduler.after(LOOK_AGAIN_MS, () => void makeUpStoriesWhenPossible().catch(() => {}))
    }
  }

  return {
    async start() {
      await makeUpStoriesWhenPossible()
      const options = {
        concurrency: deps.concurrency ?? 16,
        triesFor: ({ code }: AppError) =>
          OUTAGES.has(code) ? Number.POSITIVE_INFINITY : code === 'INTERNAL' ? DEFECT_TRIES : undefined,
        onParked
      }
      subscriptions = await Promise.all(
        INBOUND_TOPICS.map((topic) => bus.subscribe(topic, INGEST_GROUP, handle, options))
      )
    },
    async stop() {
      cancelLook?.()
      await Promise.all(subscriptions.map((subscription) => subscription.stop()))
    }
  }
}

/** What formats may see of a feed, and nothing that could not be cloned into a worker. */
const factsOf = ({ name, defaultAuthority, zone, codeMap, options }: IngestFeed): FeedFacts => ({
  name,
  ...(defaultAuthority === undefined ? {} : { defaultAuthority }),
  zone,
  codeMap,
  options
})

const toSettlement = ({ state, error, orders }: Settlement): Settlement => ({
  state,
  ...(error ? { error } : {}),
  ...(orders ? { orders } : {})
})
