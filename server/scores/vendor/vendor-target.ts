import { createMllpClient, type MllpClient } from '../../../adapters/transports/mllp/client.ts'
import { AppError, asAppError } from '../../../core/errors/app-error.ts'
import type { CodeMap } from '../../../core/format.ts'
import { featuresOf } from '../../../inference/modules/cap-icu/features.ts'
import { boundsOf, type ScoreConfig } from '../../config/sections/scores.ts'
import { seeded } from '../../demo/simulate/random.ts'
import type { Answer, FlipTarget, Question } from '../flips/question.ts'
import type { SimulatedStay } from '../simulated-stays.ts'
import { type ScoreListener, startScoreListener } from './score-listener.ts'
import { admission, cancelledAdmission, stayValues, type TwinMessageContext } from './twin-messages.ts'
import { type TwinPerson, twinPerson } from './twin-person.ts'

export interface VendorOptions {
  /** 'score:<id>', or what the command line says. */
  name: string
  score: Pick<ScoreConfig, 'code' | 'scale'>
  to: { host: string; port: number }
  listen: { host: string; port: number }
  codeMap: CodeMap
  /** Letters and digits that no other audit used at this receiver: part of every identifier and control id. */
  run: string
  seed: number
  messages: TwinMessageContext
  ackTimeoutMs: number
  /** How long after the last score (or the last message sent) the rest is awaited. */
  answerTimeoutMs: number
  /** How long a later statement is awaited when everybody has one. */
  settleMs: number
  /** Told where the listener is: a vendor's address book may need it. */
  onListening?(address: string): void
  onProgress?(sent: number, of: number): void
}

/** What the wire said besides scores. */
export interface VendorCounts {
  listener?: ScoreListener['counts']
  /** Messages that were acknowledged otherwise than AA or CA, by code. */
  refusedMessages: Record<string, number>
  cancelled: number
}

/** So many messages in a row without acknowledgement end the sending: nobody is there. */
const MAX_SILENCE = 3

/**
 * A vendor's scoring system asked by messages: every question is a person of its own, admitted (ADT^A01) and given values
 * (ORU^R01), in an order drawn by lot, so that neither the order nor the identifiers tell who is whose twin. The scores come back
 * as ORU^R01 to a listener of our own; at the end each admission is taken back (ADT^A11).
 *
 * `ask` throws AppError CONFIG_INVALID (the port of the listener) and DESTINATION_UNREACHABLE (nothing could be sent at all).
 */
export function vendorTarget(options: VendorOptions): FlipTarget<SimulatedStay> & { counts: VendorCounts } {
  const { score } = options
  const [min, max] = boundsOf(score.scale)
  const { hours } = options.messages
  const counts: VendorCounts = { refusedMessages: {}, cancelled: 0 }
  return {
    name: options.name,
    scale: score.scale.kind === 'points' ? { unit: 'points', min, max } : { unit: 'probability', min: 0, max: 1 },
    // Whatever stands in PID was put before the vendor.
    isInput: () => true,
    counts,
    async ask(questions) {
      const asked = new Map<string, { question: Question<SimulatedStay>; twin: TwinPerson }>()
      for (const [i, question] of shuffled(questions, options.seed).entries()) {
        const twin = twinPerson(options.run, i + 1, question.person)
        asked.set(twin.id, { question, twin })
      }
      const listener = await startScoreListener({
        score,
        ...options.listen,
        codeMap: options.codeMap,
        isAsked: (id) => asked.has(id),
        maxMessages: 100 + 20 * asked.size
      })
      counts.listener = listener.counts
      options.onListening?.(listener.address)
      const client = createMllpClient({ ...options.to, timeoutMs: options.ackTimeoutMs })
      try {
        const notSent = await sendAll([...asked.values()], client, { options, counts })
        await untilAnswered(
          [...asked.keys()].filter((id) => !notSent.has(id)),
          listener,
          options
        )
        await cancelAll(
          [...asked.values()].filter(({ twin }) => !notSent.has(twin.id)),
          client,
          { options, counts }
        )
        return new Map(
          [...asked].map(([id, { question }]) => [
            question.id,
            notSent.get(id) ?? answerOf(listener, id, { question, hours })
          ])
        )
      } finally {
        await client.close()
        await listener.stop()
      }
    }
  }
}

function answerOf(
  listener: ScoreListener,
  id: string,
  { question, hours }: { question: Question<SimulatedStay>; hours: number }
): Answer {
  const reading = listener.scoreOf(id)
  if (!reading) return { unanswered: 'silent' }
  if (!('value' in reading)) return reading
  const { person, stay } = question
  const told = { moment: 'request' as const, windowHours: hours, age: person.age, values: stay.values }
  // What the vendor makes of it nobody knows; what it was given we do, in the words of our own module.
  return { values: { served: reading.value }, inputs: featuresOf(told) }
}

interface Sending {
  options: VendorOptions
  counts: VendorCounts
}

/** @returns why, of each that could not be sent whole */
async function sendAll(
  all: readonly { question: Question<SimulatedStay>; twin: TwinPerson }[],
  client: MllpClient,
  { options, counts }: Sending
): Promise<Map<string, Answer>> {
  const notSent = new Map<string, Answer>()
  let silence = 0
  for (const [i, { question, twin }] of all.entries()) {
    if (silence >= MAX_SILENCE) {
      notSent.set(twin.id, { unanswered: 'not-sent' })
      continue
    }
    const messages = [
      admission(twin, controlId(options.run, i, 'A'), options.messages),
      stayValues(twin, question.stay.values, controlId(options.run, i, 'R'), options.messages)
    ]
    for (const message of messages) {
      const said = await acknowledged(client, message)
      if (said === 'AA' || said === 'CA') continue
      const isSilent = said === 'not-acknowledged'
      silence = isSilent ? silence + 1 : 0
      if (!isSilent) counts.refusedMessages[said] = (counts.refusedMessages[said] ?? 0) + 1
      notSent.set(twin.id, isSilent ? { unanswered: said } : { refused: `message-${said}` })
      break
    }
    if (!notSent.has(twin.id)) silence = 0
    options.onProgress?.(i + 1, all.length)
  }
  return notSent
}

/** @throws AppError DESTINATION_UNREACHABLE when nobody listens there */
async function acknowledged(client: MllpClient, message: Uint8Array): Promise<string> {
  try {
    return (await client.send(message)).code
  } catch (error) {
    const coded = asAppError(error)
    if (coded.code !== 'DESTINATION_UNREACHABLE' || coded.reason === 'connect') throw coded
    return 'not-acknowledged'
  }
}

/** Ends when everybody has a score and no later one comes for a moment, or when nothing has come for long. */
function untilAnswered(
  ids: readonly string[],
  listener: ScoreListener,
  { answerTimeoutMs, settleMs }: VendorOptions
): Promise<void> {
  return new Promise((resolve) => {
    const waiting = new Set(ids)
    let timer: NodeJS.Timeout | undefined
    const look = (): void => {
      const before = waiting.size
      for (const id of waiting) if (listener.scoreOf(id)) waiting.delete(id)
      // What comes of others lengthens nothing.
      if (timer && waiting.size === before && before > 0) return
      clearTimeout(timer)
      timer = setTimeout(resolve, waiting.size === 0 ? settleMs : answerTimeoutMs)
    }
    listener.onMessage(look)
    look()
  })
}

/** Takes the admissions back; what is not acknowledged is only counted: the audit has its answers. */
async function cancelAll(
  all: readonly { twin: TwinPerson }[],
  client: MllpClient,
  { options, counts }: Sending
): Promise<void> {
  for (const [i, { twin }] of all.entries()) {
    const said = await acknowledged(
      client,
      cancelledAdmission(twin, controlId(options.run, i, 'X'), options.messages)
    ).catch((error: unknown) => {
      if (error instanceof AppError) return error.code
      throw error
    })
    if (said !== 'AA' && said !== 'CA') return
    counts.cancelled++
  }
}

/** MSH-10, at most 20 characters up to v2.6. */
const controlId = (run: string, i: number, kind: string): string => `${run}${kind}${i + 1}`.slice(-20)

/** Fisher and Yates, by a seed: the same audit sends in the same order. */
function shuffled<T>(items: readonly T[], seed: number): T[] {
  const next = seeded(Math.imul(seed + 1, 0x85ebca6b))
  const out = [...items]
  for (let i = out.length - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1))
    ;[out[i], out[j]] = [out[j]!, out[i]!]
  }
  return out
}
