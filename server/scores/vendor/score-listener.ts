import type { Observation } from '@medplum/fhirtypes'
import hl7v2Lab from '../../../adapters/formats/hl7v2-lab/index.ts'
import { peekHl7v2 } from '../../../adapters/hl7v2/peek.ts'
import mllp from '../../../adapters/transports/mllp/index.ts'
import { AppError } from '../../../core/errors/app-error.ts'
import type { CodeMap } from '../../../core/format.ts'
import { silentLogger } from '../../../core/log.ts'
import type { Arrival, Receipt } from '../../../core/transport.ts'
import type { ScoreConfig } from '../../config/sections/scores.ts'
import { hasCode } from '../score-loop.ts'
import { readScore, type ScoreReading } from '../score-value.ts'

export interface ScoreListenerOptions {
  score: Pick<ScoreConfig, 'code' | 'scale'>
  host: string
  /** 0: a free one. */
  port: number
  /** What the sender's codes mean, as the feed has it by which its scores will come. */
  codeMap: CodeMap
  /** PID-3.1 of the people asked about; anybody else's scores are counted and dropped. */
  isAsked(patientId: string): boolean
  /** More messages than this are refused: a receiver that loops fills nothing. */
  maxMessages: number
}

export interface ScoreListener {
  /** 'mllp://127.0.0.1:port' */
  address: string
  /** The last statement for a person by the time it is about, equal times: by arrival. */
  scoreOf(patientId: string): ScoreReading | undefined
  /** Calls back after each message that was taken. */
  onMessage(heard: () => void): void
  readonly counts: {
    messages: number
    /** Messages that could not be read. */
    unreadable: number
    /** Patients who were not asked about: never looked at further. */
    foreign: number
    /** Asked patients without an Observation of the score's code. */
    withoutScore: number
  }
  stop(): Promise<void>
}

const FAR_PAST = ''

/**
 * An MLLP port of the audit's own, to which a vendor sends its scores (ORU^R01) for the time of the audit. Acknowledged as the
 * server would (HL7 v2.5.1 section 2.9.2), read by the same format and scale as on the feed.
 *
 * @throws AppError CONFIG_INVALID (reason 'listen') when the port cannot be had
 */
export async function startScoreListener(options: ScoreListenerOptions): Promise<ScoreListener> {
  const { score, host, port, codeMap, isAsked, maxMessages } = options
  const scores = new Map<string, { at: string; reading: ScoreReading }>()
  const counts = { messages: 0, unreadable: 0, foreign: 0, withoutScore: 0 }
  const listeners: (() => void)[] = []
  const feed = { name: 'audit', zone: 'UTC', codeMap, options: {} }

  const note = (patientId: string, observation: Observation): void => {
    const at = observation.effectiveDateTime ?? FAR_PAST
    // OBX-11 D or W: what was said is taken back, and another may follow.
    if (observation.status === 'entered-in-error') {
      scores.delete(patientId)
      return
    }
    const earlier = scores.get(patientId)
    if (earlier && instant(earlier.at) > instant(at)) return
    scores.set(patientId, { at, reading: readScore(observation, score.scale) })
  }

  const take = async ({ bytes, mediaType }: Arrival): Promise<void> => {
    const { kind, correlation } = peekHl7v2(bytes, {})
    const envelope = {
      id: 'audit',
      feed: feed.name,
      family: 'hl7v2' as const,
      kind,
      mediaType,
      receivedAt: '',
      correlation,
      body: bytes
    }
    const { groups } = await hl7v2Lab.decode(envelope, feed)
    for (const { subject, resources } of groups) {
      const person = subject?.identifiers.find(({ value }) => isAsked(value))?.value
      if (person === undefined) {
        counts.foreign++
        continue
      }
      const own = resources.flatMap(({ resource }) =>
        resource.resourceType === 'Observation' && hasCode(resource, score) ? [resource] : []
      )
      if (own.length === 0) counts.withoutScore++
      for (const observation of own) note(person, observation)
    }
  }

  const accept = async (arrival: Arrival): Promise<Receipt> => {
    counts.messages++
    if (counts.messages > maxMessages) throw new AppError('MESSAGE_TOO_LARGE', { reason: 'messages' })
    try {
      await take(arrival)
    } catch (error) {
      counts.unreadable++
      throw error
    }
    for (const heard of listeners) heard()
    return {
      envelopeId: `audit-${counts.messages}`,
      duplicate: 'none',
      settled: Promise.resolve({ state: 'recorded' }),
      reply: async () => undefined,
      keepReply: () => undefined
    }
  }

  const transport = mllp.create({
    feed: feed.name,
    options: { host, port, types: ['ORU^R01'], maxFrameBytes: 1024 * 1024, maxConnections: 16 },
    accept,
    refuse: () => void counts.unreadable++,
    log: silentLogger,
    spoolDir: ''
  })
  const { address } = await transport.start()
  return {
    address,
    scoreOf: (patientId) => scores.get(patientId)?.reading,
    onMessage: (heard) => void listeners.push(heard),
    counts,
    stop: () => transport.stop()
  }
}

const instant = (at: string): number => Date.parse(at) || 0
