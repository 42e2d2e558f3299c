import type { BlobStore } from '../../core/blob-store.ts'
import type { Clock } from '../../core/clock.ts'
import type { EmbeddedMessage } from '../../core/decoded.ts'
import type { Envelope, Family, Peek } from '../../core/envelope.ts'
import { AppError, asAppError } from '../../core/errors/app-error.ts'
import type { EventBus } from '../../core/event-bus.ts'
import { failpoint } from '../../core/failpoint.ts'
import type { FeedFacts } from '../../core/format.ts'
import type { Logger } from '../../core/log.ts'
import type { Arrival, Receipt, Settlement } from '../../core/transport.ts'
import { createBackPressure, type PressureLimits } from './back-pressure.ts'
import type { PipelineCounters } from './counters.ts'
import { type Claim, type EnvelopeFacts, toBusMessage } from './envelope-headers.ts'
import { type Families, inboundTopic, peekOf } from './families.ts'
import { type MessageMeter, silentMeter } from './meter.ts'
import { createPrecedence } from './precedence.ts'
import { type KnownReceipt, type ReceiptKey, type Receipts, receiptHeader, receiptKeyOf } from './receipts.ts'
import type { Settlements } from './settlements.ts'
import type { Story } from './story.ts'
import { createTurns } from './turns.ts'
import type { WriteBehind } from './write-behind.ts'

export interface IntakeLimits extends PressureLimits {
  maxMessageBytes: number
  /** Longer bodies go to the blob store and are named by a claim. */
  maxInlineBytes: number
}

export const DEFAULT_INTAKE_LIMITS: IntakeLimits = {
  maxMessageBytes: 64 * 2 ** 20,
  maxInlineBytes: 256 * 1024,
  maxInFlightBytes: 256 * 2 ** 20,
  maxLag: 20_000,
  maxPendingRows: 10_000
}

export interface IntakeDeps {
  bus: EventBus
  blobs: BlobStore
  receipts: Receipts
  story: Story
  settlements: Settlements
  behind: WriteBehind
  counters: PipelineCounters
  feeds(name: string): FeedFacts | undefined
  families: Families
  /** Family of the enabled format that reads a media type; for embedded messages. */
  familyOf(mediaType: string): Family | undefined
  /** Application-level answer of the message's format. */
  reply(envelope: Envelope, feed: FeedFacts, settlement: Settlement): Promise<Uint8Array | undefined>
  clock: Clock
  ulid(): string
  log: Logger
  meter?: MessageMeter
  limits?: Partial<IntakeLimits>
}

export interface Intake {
  /** Durable intake; see Receipt. Appends happen in the order of the calls, per feed. */
  accept(feed: string, arrival: Arrival): Promise<Receipt>
  /** Notes what a transport refused before intake. */
  refuse(feed: string, arrival: Arrival, error: AppError): void
  /** Re-submits a message found inside another, under an id that follows from the parent's. */
  child(parent: Envelope, index: number, embedded: EmbeddedMessage): Promise<void>
  /** Resolves when the recording of a message of this family may begin: a burst of arrivals goes before it. */
  turn(family: Family): Promise<void>
  /** A piece of a message of this family has come in; the whole follows. */
  receiving(family: Family): void
  /** From now on `accept` rejects SHUTTING_DOWN; resolves when what was begun is appended. */
  stop(): Promise<void>
}

/** The way in: peek, limits, receipt identity, claim check, durable append, receipt. */
export function createIntake(deps: IntakeDeps): Intake {
  const { bus, blobs, receipts, story, settlements, behind, counters, clock, log, meter = silentMeter } = deps
  const limits = { ...DEFAULT_INTAKE_LIMITS, ...deps.limits }
  const pressure = createBackPressure({ bus, behind, counters, limits })
  const precedence = createPrecedence({ lag: pressure.lag })
  const turns = createTurns()
  /** Appends under way, by receipt identity: the same message meanwhile waits for the outcome of the first. */
  const underWay = new Map<string, Promise<void>>()
  const running = new Set<Promise<unknown>>()
  /** Errors that `accept` noted itself, so that a transport that also calls `refuse` counts them once. */
  const noted = new WeakSet<AppError>()
  let stopping = false

  function accept(feedName: string, arrival: Arrival): Promise<Receipt> {
    const work = take(feedName, arrival).catch((thrown: unknown) => {
      const error = asAppError(thrown)
      if (error.row.retry !== 'later') refuse(feedName, arrival, error)
      else meter.turnedAway({ feed: feedName, family: arrival.family }, error.code)
      throw error
    })
    running.add(work)
    const gone = (): boolean => running.delete(work)
    work.then(gone, gone)
    return work
  }

  /** Everything up to the first await runs in the order of the calls: the id and the turn are taken there. */
  async function take(feedName: string, arrival: Arrival): Promise<Receipt> {
    const { feed, peek } = look(feedName, arrival)
    const envelope = envelopeOf(deps.ulid(), feed, arrival, peek)
    const key = receiptKeyOf(feedName, arrival, peek)
    const size = arrival.bytes.byteLength
    const turn = turns.take(feedName)
    const taken = precedence.taking(arrival.family)
    counters.inFlightBytes += size
    try {
      const earlier = underWay.get(receiptHeader(key))
      const { promise, resolve } = Promise.withResolvers<void>()
      if (!earlier) underWay.set(receiptHeader(key), promise)
      try {
        await earlier
        const found = await receipts.find(key)
        if (found.kind === 'identical') return duplicateOf(found.receipt, envelope, feed, key)
        const contentChanged = found.kind === 'changed'
        const claim = await claimOf(arrival.bytes)
        await turn.before
        const appended = append(envelope, orderKey(peek, feed, envelope.id), {
          claim,
          contentChanged,
          peer: arrival.peer,
          receipt: receiptHeader(key)
        })
        turn.done()
        await appended
        failpoint('intake.appended')
        receipts.remember(key, envelope.id)
        note(envelope, { peer: arrival.peer, contentChanged })
        counters.accepted += 1
        meter.received(envelope)
        log.debug({ envelopeId: envelope.id, feed: feed.name, bytes: size }, 'message received')
        counters.acceptedBytes += size
        if (contentChanged) counters.contentChanged += 1
        return receiptOf(envelope, feed, key, contentChanged ? 'changed' : 'none')
      } finally {
        if (!earlier) underWay.delete(receiptHeader(key))
        resolve()
      }
    } finally {
      counters.inFlightBytes -= size
      taken()
      turn.done()
    }
  }

  function look(feedName: string, arrival: Arrival): { feed: FeedFacts; peek: Peek } {
    if (stopping) throw new AppError('SHUTTING_DOWN')
    const feed = deps.feeds(feedName)
    if (!feed) throw new AppError('FEED_UNKNOWN')
    if (arrival.bytes.byteLength > limits.maxMessageBytes) throw new AppError('MESSAGE_TOO_LARGE')
    pressure.check(arrival.bytes.byteLength)
    const { mediaType, correlation } = arrival
    return { feed, peek: peekOf(deps.families, arrival.family)(arrival.bytes, { mediaType, correlation }) }
  }

  function envelopeOf(id: string, feed: FeedFacts, arrival: Arrival, peek: Peek): Envelope {
    return {
      id,
      feed: feed.name,
      family: arrival.family,
      kind: peek.kind,
      mediaType: arrival.mediaType,
      receivedAt: clock.now().toISOString(),
      correlation: { ...arrival.correlation, ...peek.correlation },
      body: arrival.bytes
    }
  }

  async function claimOf(bytes: Uint8Array): Promise<Claim | undefined> {
    if (bytes.byteLength <= limits.maxInlineBytes) return undefined
    const claim = await blobs.put(bytes)
    failpoint('intake.blob-put')
    return claim
  }

  async function append(envelope: Envelope, key: string, facts: EnvelopeFacts): Promise<void> {
    await bus.append(inboundTopic(envelope.family), [toBusMessage(key, envelope, facts)])
  }

  function note(envelope: Envelope, facts: { peer?: string; contentChanged?: boolean }): void {
    behind.add(story.received(envelope, facts))
  }

  function duplicateOf(known: KnownReceipt, envelope: Envelope, feed: FeedFacts, key: ReceiptKey): Receipt {
    counters.duplicates += 1
    meter.duplicate(envelope)
    log.debug({ envelopeId: known.envelopeId, feed: feed.name }, 'message received again')
    behind.add(story.duplicate(known.envelopeId))
    const receipt = receiptOf({ ...envelope, id: known.envelopeId }, feed, key, 'identical')
    receipt.storedReply = known.reply
    return receipt
  }

  function receiptOf(envelope: Envelope, feed: FeedFacts, key: ReceiptKey, duplicate: Receipt['duplicate']): Receipt {
    return {
      envelopeId: envelope.id,
      duplicate,
      // Asked for by few transports, so the waiting begins only then.
      get settled() {
        return settlements.wait(envelope.id)
      },
      async reply() {
        const settlement = await settlements.wait(envelope.id)
        try {
          return await deps.reply(envelope, feed, settlement)
        } catch (thrown) {
          // The message is durable and settled: a plain acknowledgement stays true.
          log.warn({ code: asAppError(thrown).code, feed: feed.name, envelopeId: envelope.id }, 'no format reply')
          return undefined
        }
      },
      keepReply: (bytes) => receipts.keepReply(key, bytes)
    }
  }

  function refuse(feedName: string, arrival: Arrival, error: AppError): void {
    if (noted.has(error)) return
    noted.add(error)
    counters.refused += 1
    const envelope = {
      id: deps.ulid(),
      feed: feedName,
      family: arrival.family,
      kind: '',
      mediaType: arrival.mediaType,
      receivedAt: clock.now().toISOString(),
      correlation: arrival.correlation ?? {}
    }
    log.warn(
      { code: error.code, reason: error.reason, at: error.at, feed: feedName, envelopeId: envelope.id },
      'message refused'
    )
    noteRefused(envelope, error, arrival.peer)
  }

  function noteRefused(envelope: Omit<Envelope, 'body'>, error: AppError, peer?: string): void {
    meter.ended(envelope, 'refused', error.code)
    const settledAt = clock.now().toISOString()
    behind.add(...story.settled(envelope, { state: 'refused', error: error.toJSON() }, { settledAt, peer }))
  }

  async function child(parent: Envelope, index: number, { mediaType, bytes }: EmbeddedMessage): Promise<void> {
    const { replayOf } = parent.correlation
    const envelope: Envelope = {
      id: `${parent.id}.${index}`,
      feed: parent.feed,
      family: deps.familyOf(mediaType) ?? parent.family,
      kind: mediaType,
      mediaType,
      receivedAt: parent.receivedAt,
      correlation: { parentEnvelopeId: parent.id, ...(replayOf === undefined ? {} : { replayOf }) },
      body: bytes
    }
    try {
      if (bytes.byteLength > limits.maxMessageBytes) throw new AppError('MESSAGE_TOO_LARGE')
      if (!deps.familyOf(mediaType)) throw new AppError('NO_FORMAT', { reason: 'embedded' })
      const peek = peekOf(deps.families, envelope.family)(bytes, { mediaType })
      const whole = { ...envelope, kind: peek.kind, correlation: { ...peek.correlation, ...envelope.correlation } }
      const feed = deps.feeds(parent.feed)
      const claim = await claimOf(bytes)
      await append(whole, orderKey(peek, feed, whole.id), { claim })
      failpoint('intake.child-appended')
      note(whole, {})
      meter.received(whole)
      log.debug({ envelopeId: whole.id, feed: whole.feed, bytes: bytes.byteLength }, 'embedded message received')
    } catch (thrown) {
      const error = asAppError(thrown)
      // A passing failure is the parent's to try again; a lasting one is the child's own end, visible in its story.
      if (error.row.retry === 'later') throw error
      counters.refused += 1
      log.warn({ code: error.code, feed: parent.feed, envelopeId: envelope.id }, 'embedded message refused')
      noteRefused(envelope, error)
    }
  }

  return {
    accept,
    refuse,
    child,
    turn: precedence.turn,
    receiving: precedence.receiving,
    async stop() {
      stopping = true
      while (running.size > 0) await Promise.allSettled(running)
      settlements.stop()
      await behind.flush()
    }
  }
}

/** 'authority|patient id'; ids without authority belong to the feed's default, as they will when recorded. */
function orderKey(peek: Peek, feed: FeedFacts | undefined, envelopeId: string): string {
  if (peek.key === undefined) return envelopeId
  return peek.key.startsWith('|') ? (feed?.defaultAuthority ?? feed?.name ?? '') + peek.key : peek.key
}
