import { AppError, asAppError } from '../../../core/errors/app-error.ts'
import type { Arrival, Receipt, Settlement, TransportContext } from '../../../core/transport.ts'
import { type AckCode, buildAck } from '../../hl7v2/ack.ts'
import { parseHeader } from '../../hl7v2/header.ts'
import { HL7V2_MEDIA_TYPE } from '../../hl7v2/media-type.ts'
import type { Hl7Message } from '../../hl7v2/message.ts'
import { checkStructure } from '../../hl7v2/structure.ts'
import { type AckDecision, type AckMode, type AckOutcome, ackMode } from './acknowledgement.ts'
import type { MllpOptions } from './options.ts'

export interface IntakeDeps {
  now(): Date
  /** MSH-10 of an answer, unique and at most 20 characters. */
  nextControlId(): string
}

/** What goes back for one block: the first answer in the order of the blocks, a later application answer when there is one. */
export interface Answers {
  /** undefined: MSH-15 and MSH-16 ask for silence. */
  first: Promise<Uint8Array | undefined>
  later: Promise<Uint8Array | undefined>
}

/**
 * Takes the content of one block: structural checks, durable append, answer (rules section 5).
 *
 * check -> (refused: negative answer) -> accept -> duplicate: stored answer | decide by MSH-15 / MSH-16 -> answer
 *
 * `accept` is called before this returns, so blocks of one connection are appended in their order.
 */
export function takeMessage(
  bytes: Uint8Array,
  peer: string,
  context: TransportContext,
  options: MllpOptions,
  deps: IntakeDeps
): Answers {
  const check = checkStructure(bytes, options)
  const arrival = arrivalOf(bytes, check.message, peer)
  const mode = modeOf(check.message, options, context)
  const answer = (code: AckCode, error?: AppError): Uint8Array =>
    buildAck(check.message, { code, error, controlId: deps.nextControlId(), time: deps.now() })

  if (check.error) {
    context.refuse(arrival, check.error)
    return atOnce(refusal(check.error, mode, answer))
  }
  const message = check.message
  const accepted = callAccept(context, arrival).then(
    (receipt) => ({ receipt }),
    (error: unknown) => ({ error: asAppError(error, 'BUS_UNAVAILABLE') })
  )
  const decided = accepted.then(
    async (result): Promise<{ first?: Uint8Array; later?: Promise<Uint8Array | undefined> }> => {
      // The intake itself counts what it rejects; only what never reached it is noted by `refuse`.
      if ('error' in result) return { first: refusal(result.error, mode, answer) }
      const { receipt } = result
      if (receipt.duplicate === 'identical' && receipt.storedReply) return { first: receipt.storedReply }
      const plan = answerAccepted(receipt, message, { mode, options, answer })
      const first = await plan.first
      if (first) receipt.keepReply(first)
      return { first, later: plan.later }
    }
  )
  return { first: decided.then(({ first }) => first), later: decided.then(({ later }) => later) }
}

/** Answer to a block that was lost in framing, as far as its head names the message. */
export function refuseFrame(
  head: Uint8Array,
  error: AppError,
  peer: string,
  context: TransportContext,
  deps: IntakeDeps
): Uint8Array {
  const message = parseHeader(head)
  context.refuse(arrivalOf(head, message, peer), error)
  return buildAck(message, { code: error.row.ack, error, controlId: deps.nextControlId(), time: deps.now() })
}

interface Answering {
  mode: AckMode
  options: MllpOptions
  answer(code: AckCode, error?: AppError): Uint8Array
}

function answerAccepted(receipt: Receipt, message: Hl7Message, { mode, options, answer }: Answering) {
  const kind = `${message.type}^${message.event}`
  const hasOwnReply = options.replyTypes.includes(kind)
  if (mode.mode === 'original') {
    const first = hasOwnReply
      ? withinTime(receipt.reply(), options.replyTimeoutMs).then((reply) => reply ?? answer('AA'))
      : Promise.resolve(answer('AA'))
    return { first }
  }
  const application = async (): Promise<Uint8Array | undefined> => {
    const settlement = await withinTime(receipt.settled, options.replyTimeoutMs)
    const { application: code } = mode.decide(outcomeOf(settlement))
    if (!code) return undefined
    if (code !== 'AA') return answer(code, settlementError(settlement))
    const own = hasOwnReply ? await withinTime(receipt.reply(), options.replyTimeoutMs) : undefined
    return own ?? answer('AA')
  }
  const { accept } = mode.decide('ok')
  if (!accept) return { first: application() }
  const first = Promise.resolve(answer(accept))
  return options.applicationReplies === 'outbox' ? { first } : { first, later: application() }
}

/** Without a settlement in time the message counts as taken: it is durable, and what fails later is parked. */
function outcomeOf(settlement: Settlement | undefined): AckOutcome {
  return settlement?.state === 'refused' || settlement?.state === 'parked' ? 'failed' : 'ok'
}

const settlementError = (settlement: Settlement | undefined): AppError | undefined =>
  settlement?.error && new AppError(settlement.error.code, { at: settlement.error.at, reason: settlement.error.reason })

function refusal(error: AppError, mode: AckMode, answer: Answering['answer']): Uint8Array | undefined {
  const decision: AckDecision = mode.decide(error.row.ack === 'AR' ? 'reject' : 'error')
  const code = decision.accept ?? decision.application
  return code && answer(code, error)
}

function modeOf(message: Hl7Message | undefined, options: MllpOptions, context: TransportContext): AckMode {
  const mode = ackMode(message?.field('MSH', 15) ?? '', message?.field('MSH', 16) ?? '', options)
  if (mode.isUnknownValue) {
    context.log.warn({ feed: context.feed, at: 'MSH-15', reason: 'ack-type-unknown' }, 'answered in the original mode')
  }
  return mode
}

function arrivalOf(bytes: Uint8Array, message: Hl7Message | undefined, peer: string): Arrival {
  const msh = message?.segments[0]
  return {
    family: 'hl7v2',
    mediaType: HL7V2_MEDIA_TYPE,
    bytes,
    correlation: {
      ...(msh?.get(10) ? { messageControlId: msh.get(10) } : {}),
      ...(msh?.get(3) ? { sendingApplication: msh.get(3) } : {}),
      ...(msh?.get(4) ? { sendingFacility: msh.get(4) } : {})
    },
    peer
  }
}

/** An accept that throws at once counts as one that rejects. */
function callAccept(context: TransportContext, arrival: Arrival): Promise<Receipt> {
  try {
    return context.accept(arrival)
  } catch (error) {
    return Promise.reject(error)
  }
}

const atOnce = (first: Uint8Array | undefined): Answers => ({
  first: Promise.resolve(first),
  later: Promise.resolve(undefined)
})

async function withinTime<T>(promise: Promise<T>, timeoutMs: number): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), timeoutMs)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}
