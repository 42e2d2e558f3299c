import { peekEcg } from '../../adapters/ecg/peek.ts'
import { peekFhir } from '../../adapters/formats/fhir-bundle/peek.ts'
import { parseHeader } from '../../adapters/hl7v2/header.ts'
import { peekHl7v2 } from '../../adapters/hl7v2/peek.ts'
import { receiptIdentity } from '../../adapters/hl7v2/receipt-identity.ts'
import type { Clock } from '../../core/clock.ts'
import type { Lead } from '../../core/coordination.ts'
import type { Decoded } from '../../core/decoded.ts'
import type { Envelope, PeekFn } from '../../core/envelope.ts'
import { AppError } from '../../core/errors/app-error.ts'
import type { FeedFacts } from '../../core/format.ts'
import { sha256 } from '../../core/ids.ts'
import type { Logger } from '../../core/log.ts'
import { orderFrames } from '../../dicom/image/order-frames.ts'
import { isWholeCine } from '../../dicom/image/whole-series.ts'
import { peekDicom } from '../../dicom/peek.ts'
import { systemScheduler } from '../bus/scheduler.ts'
import type { Config, FeedConfig } from '../config/schema.ts'
import { createAssembly } from '../pipeline/assembly.ts'
import { DecodePool } from '../pipeline/decode-pool.ts'
import { loadFormats } from '../pipeline/formats.ts'
import { createIngest } from '../pipeline/ingest.ts'
import { createIntake } from '../pipeline/intake.ts'
import { whileLeading } from '../pipeline/leading.ts'
import type { MessageMeter } from '../pipeline/meter.ts'
import { createRelay } from '../pipeline/relay.ts'
import { risingUlids } from '../pipeline/rising-ids.ts'
import { sourceOf } from '../pipeline/source-clock.ts'
import { createPipelineState } from '../pipeline/state.ts'
import { createTimers } from '../pipeline/timers.ts'
import { checkTails } from '../pipeline/torn-tails.ts'
import type { MessageContext, RecordDeps } from '../record/deps.ts'
import { recordSeries } from '../record/series.ts'
import { recordMessage } from '../record/step.ts'
import { worklistTask } from '../record/worklist.ts'
import { FORMATS_DIR } from './discover.ts'
import type { Storage } from './storage.ts'

const DAY_MS = 24 * 60 * 60_000
const HOUR_MS = 60 * 60_000

export interface PipelineOptions {
  config: Config
  storage: Storage
  clock: Clock
  log: Logger
  meter: MessageMeter
  /** A ready payload for a destination: the ORL of an order that came in enhanced mode. */
  enqueue(
    destination: string,
    payload: { id: string; mediaType: string; bytes: Uint8Array },
    about: string
  ): Promise<void>
}

/**
 * Everything from a transport's bytes to the committed record and its events. Made in every process; `start` begins what
 * the roles of this one say: an edge takes messages, an ingest records them and, one process at a time, relays the changes,
 * fires the timers and forgets what is old.
 */
export async function createPipeline({ config, storage, clock, log, meter, enqueue }: PipelineOptions) {
  const { store, bus, blobs } = storage
  const { coordination } = store
  const scheduler = systemScheduler
  const state = createPipelineState({
    sql: store.sql,
    clock,
    scheduler,
    coordination,
    storyKeepMs: config.retention.storyDays * DAY_MS,
    receiptKeepMs: config.retention.receiptDays * DAY_MS
  })
  const formats = await loadFormats(FORMATS_DIR)
  const { counters, story, settlements, receipts, behind, codes } = state
  const feeds = new Map(config.feeds.map((feed) => [feed.name, factsOf(feed)]))
  const feedOf = (name: string) => feeds.get(name)
  const pool = new DecodePool({
    dir: FORMATS_DIR,
    names: formats.names,
    timeoutMs: config.limits.decodeTimeoutMs,
    memoryMiB: config.limits.decodeMemoryMiB,
    counters
  })
  const ids = risingUlids(clock)
  const intake = createIntake({
    bus,
    blobs,
    receipts,
    story,
    settlements,
    behind,
    counters,
    clock,
    log,
    meter,
    feeds: feedOf,
    families: { hl7v2: peekHl7v2, dicom: peekDicom, fhir: peekFhir, ecg: peekEcg, signal: peekMediaType },
    familyOf: formats.familyOf,
    reply: async (envelope, feed, settlement) =>
      formats.find(envelope.family, envelope.kind, feeds.get(feed.name)?.formats).reply?.(envelope, feed, settlement),
    ulid: ids.next,
    limits: { maxMessageBytes: config.limits.maxMessageBytes, maxLag: config.limits.maxLag }
  })
  const deps: RecordDeps = {
    store,
    blobs,
    clock,
    log,
    get secret() {
      return storage.secret()
    }
  }

  const record = async (envelope: Envelope, feed: FeedFacts, decoded: Decoded) => {
    // Whose a quarantined message is was decided by a person before it was replayed.
    const person = envelope.correlation.replayOf ? await state.decisions.of(envelope.id) : undefined
    const settlement = await recordMessage(deps, envelope, feed, decoded, person)
    if (settlement.orders) await answerLater(envelope, feed, settlement)
    return settlement
  }

  /** Enhanced mode: the accept acknowledgement has gone; the ORL goes to the feed's reply address. */
  const answerLater = async (
    envelope: Envelope,
    feed: FeedFacts,
    settlement: Awaited<ReturnType<typeof recordMessage>>
  ) => {
    const replyTo = feeds.get(feed.name)?.replyTo
    if (!replyTo || envelope.family !== 'hl7v2' || !wantsApplicationAnswer(envelope.body)) return
    const format = formats.find(envelope.family, envelope.kind, feeds.get(feed.name)?.formats)
    const bytes = format.reply?.(envelope, feed, settlement)
    if (bytes)
      await enqueue(
        replyTo,
        { id: `orl-${sameMessage(feed, envelope)}`, mediaType: 'x-application/hl7-v2+er7', bytes },
        `Message/${envelope.id}`
      )
  }

  const timers = createTimers({ sql: store.sql, bus, clock, log, coordination, scheduler, counters })
  const assembly = createAssembly({
    sql: store.sql,
    bus,
    timers,
    lock: store.lock,
    story,
    clock,
    counters,
    order: orderFrames,
    isWhole: isWholeCine,
    recordSeries: async (series, { envelope, subject, visit, messageTime, processingId }) => {
      const feed = feeds.get(envelope.feed)
      if (!feed) throw new AppError('FEED_UNKNOWN')
      const context: MessageContext = {
        deps,
        envelope: { ...envelope, body: new Uint8Array(0) },
        feed,
        decoded: { groups: [], embedded: [], correlation: envelope.correlation, notes: [], messageTime, processingId }
      }
      return recordSeries(context, { subject, visit, resources: [], orders: [], waveforms: [], parts: [] }, series)
    }
  })
  const ingest = createIngest({
    bus,
    blobs,
    sql: store.sql,
    formats,
    pool,
    record,
    assembly,
    intake,
    story,
    settlements,
    codes,
    sources: state.sources,
    clockJumped: async (envelope) => {
      const { feed, correlation } = envelope
      const about = `${sourceOf({ feed, correlation })}|${envelope.receivedAt.slice(0, 10)}`
      const task = worklistTask({ deps, envelope }, 'worklist-clock', { about })
      await store.write([{ resource: task, onlyIfAbsent: true }], { kind: 'ingest', envelopeId: envelope.id })
      log.warn({ feed, envelopeId: envelope.id }, 'the clock of a source jumped')
    },
    counters,
    feeds: feedOf,
    clock,
    log,
    meter
  })
  const relay = createRelay({ store, bus, log, scheduler, counters })

  let cancelPurge: (() => void) | undefined
  const housekeeping = {
    async start(): Promise<void> {
      await state.housekeeping.start()
      purgeLater()
    },
    async stop(): Promise<void> {
      cancelPurge?.()
      await state.housekeeping.stop()
    }
  }
  /** Assemblies whose series was written long ago are forgotten; a late frame begins anew. */
  const purgeLater = (): void => {
    cancelPurge = scheduler.after(HOUR_MS, () => {
      void assembly
        .purge(new Date(clock.now().getTime() - config.retention.assemblyDays * DAY_MS))
        .catch(() => {})
        .then(purgeLater)
    })
  }
  const leads: Lead[] = []

  return {
    intake,
    timers,
    story,
    codes,
    counters,
    formats,
    settlements,
    /** A replay of this message goes to that patient, by a person's decision. */
    decidePatient: state.decisions.decide,
    async start(): Promise<void> {
      await state.start()
      await ids.startAfter(store.sql, 'SELECT max(id) AS id FROM messages')
      await timers.define()
      if (!config.roles.includes('ingest')) return
      await checkTails({ bus, store, story, clock, log })
      await pool.start()
      leads.push(
        whileLeading(coordination, 'relay', relay),
        whileLeading(coordination, 'timers', timers),
        whileLeading(coordination, 'housekeeping', housekeeping)
      )
      await assembly.start()
      await ingest.start()
    },
    /** In the order of the flow, so that what was taken is finished or left on the bus. */
    async stop(): Promise<void> {
      await intake.stop()
      await ingest.stop()
      await assembly.stop()
      await Promise.all(leads.map((lead) => lead.stop()))
      await pool.stop()
      await state.stop()
    }
  }
}

/**
 * Of the message, not of the envelope: when a crash took the acknowledgement with it, the sender sends again and the message
 * lies on the bus under two envelopes. It gets one answer.
 */
const sameMessage = ({ name }: FeedFacts, { body }: Envelope): string =>
  sha256(JSON.stringify(receiptIdentity(name, body))).slice(0, 32)

export type Pipeline = Awaited<ReturnType<typeof createPipeline>>

/** Families of whole files: the media type is all that is known before a full parse; no order key. */
const peekMediaType: PeekFn = (_bytes, { mediaType = 'application/octet-stream', correlation = {} }) => ({
  kind: mediaType,
  correlation
})

type Feed = FeedFacts & { formats?: readonly string[]; replyTo?: string }

function factsOf({ name, defaultAuthority, zone, codeMap, options, formats, replyTo }: FeedConfig): Feed {
  return { name, defaultAuthority, zone, codeMap, options, formats, replyTo }
}

/** MSH-15 or MSH-16 is filled (enhanced mode) and the application answer is wanted. */
function wantsApplicationAnswer(body: Uint8Array): boolean {
  const header = parseHeader(body)
  const [accept, application] = [header?.field('MSH', 15), header?.field('MSH', 16)]
  return Boolean(accept || application) && application !== 'NE'
}
