import type { SubjectClaim } from '../../../core/decoded.ts'
import { AppError } from '../../../core/errors/app-error.ts'
import type { LiveReading } from '../../../core/live-ecg.ts'
import type { TransportContext } from '../../../core/transport.ts'
import { MISSING } from '../../ecg/strip.ts'
import { Credit } from './credit.ts'
import type { Frame } from './frame.ts'
import { GapLog } from './gap-log.ts'
import { broken, type Hello } from './hello.ts'
import type { LiveOptions } from './options.ts'
import type { GapCause, ServerMessage } from './protocol.ts'
import { rrReading } from './rr-reading.ts'
import { SampleClock } from './sample-clock.ts'
import { SampleRing } from './sample-ring.ts'
import { createStripCutter } from './strip-cutter.ts'
import { createStripSender } from './strip-sender.ts'

/** Of signal that a reading is made of, and least of it. */
const READING_S = 10
const LEAST_S = 4
/** A jump of sample numbers beyond this is no gap. */
const MAX_JUMP_S = 24 * 3600
/** Strips that wait to be durable before credit is held back. */
const MAX_WAITING = 2
/** Of what must not be missed, so much is kept to be told to whoever comes back. */
const MAX_KEPT = 64
/** Of a strap: intervals a second at most, and what is a window of them. */
const RR_PER_S = 5
const RR_WINDOW = 64

export interface SessionOptions {
  id: string
  /** Client id of who began it: nobody else resumes it. */
  owner: string
  hello: Hello
  claim: SubjectClaim | undefined
  options: LiveOptions
  context: TransportContext
  now(): number
  monotonic(): number
}

/**
 * One live lead, whatever connection it comes by: numbers its samples, marks what is missing, says each second how good
 * they are, cuts strips, and bounds what may be under way. In memory: a ring of the longest strip and a window.
 */
export class LiveSession {
  readonly id: string
  readonly owner: string
  readonly hello: Hello
  readonly claim: SubjectClaim | undefined
  /** When nobody was connected any more, ms on the monotonic clock. */
  leftAt: number | undefined
  #next: number
  #told = 0
  #acked = 0
  #readingAt: number
  #begin: number
  readonly #rate: number
  readonly #window: number
  readonly #options: SessionOptions
  readonly #ring: SampleRing
  readonly #credit: Credit
  readonly #clock: SampleClock
  readonly #gaps = new GapLog()
  readonly #cutter: ReturnType<typeof createStripCutter> | undefined
  readonly #sender: ReturnType<typeof createStripSender> | undefined
  #span: { from: number; startedAt: string } | undefined
  #rr: number[] = []
  #tell: ((message: ServerMessage) => void) | undefined
  readonly #kept: ServerMessage[] = []

  constructor(given: SessionOptions) {
    const { id, owner, hello, claim, options, context, monotonic } = given
    const isEcg = hello.signal === 'ecg'
    this.#options = given
    this.id = id
    this.owner = owner
    this.hello = hello
    this.claim = claim
    this.#rate = isEcg ? hello.rateHz! : RR_PER_S
    this.#window = isEcg ? Math.round(options.windowSeconds * this.#rate) : RR_WINDOW
    this.#next = this.#begin = hello.resume?.next ?? 0
    this.#readingAt = this.#next + Math.round(LEAST_S * this.#rate)
    const longest = Math.max(READING_S, ...options.stripSeconds)
    this.#ring = new SampleRing(isEcg ? Math.ceil(longest * this.#rate) + this.#window : 1)
    this.#credit = new Credit({ window: this.#window, perSecond: this.#rate * options.maxSpeed, atMs: monotonic() })
    this.#clock = new SampleClock(this.#rate, hello.startedAt)
    if (!isEcg || !claim) return
    this.#cutter = createStripCutter({
      rateHz: this.#rate,
      stripSeconds: options.stripSeconds,
      restSeconds: options.restSeconds,
      isGood: (from, to) => this.#read(from, to).quality.verdict !== 'unacceptable'
    })
    this.#cutter.restart(this.#next)
    this.#sender = createStripSender({
      context,
      header: {
        session: id,
        rateHz: this.#rate,
        scaleUv: hello.scaleUv!,
        ...(hello.device ? { device: hello.device } : {}),
        ...(hello.source === 'file' ? { test: true } : {})
      },
      subject: claim,
      tell: (message) => this.#say(message),
      monotonic
    })
  }

  get next(): number {
    return this.#next
  }

  /**
   * Somebody is there: says where to go on, then what may have been missed. A connection that is gone takes what is sent to it
   * for a while, so after a cut everything that counts is told again; it says the same as before.
   */
  attach(tell: (message: ServerMessage) => void, resumed: boolean): void {
    this.leftAt = undefined
    this.#tell = tell
    this.#credit.refill(this.#options.monotonic())
    this.#told = this.#next + Math.max(0, this.#credit.left)
    this.#acked = this.#next
    const bound = this.claim !== undefined
    tell({ type: 'ready', session: this.id, resumed, bound, next: this.#next, until: this.#told })
    for (const message of this.#kept) tell(message)
    if (bound && this.hello.signal === 'rr' && !resumed) tell(NO_RISK_FROM_RR)
  }

  detach(): void {
    this.#tell = undefined
    this.leftAt = this.#options.monotonic()
  }

  /** @throws AppError STREAM_WINDOW, STREAM_PROTOCOL (an index out of all order) */
  take({ index, values }: Frame): void {
    // A jump leaves samples out: it is no more to be held than what comes with it.
    const jump = Math.max(0, index - this.#next)
    if (index - jump + values.length > this.#told) throw new AppError('STREAM_WINDOW', { at: 'frame.index' })
    this.#credit.use(values.length)
    if (this.#credit.isOverdrawn) throw new AppError('STREAM_WINDOW', { at: 'frame', reason: 'again' })
    if (index > this.#next) this.#miss(index, 'detected')
    // What was sent again after a cut is known up to here.
    const fresh = values.subarray(Math.max(0, this.#next - index))
    if (fresh.length > 0) this.#add(fresh)
    this.pace()
  }

  /** The client says that samples [from, to) will not come. */
  declareGap(from: number, to: number): void {
    if (from > this.#next || to <= from) throw broken('gap.from', 'order')
    if (to > this.#next) this.#miss(to, 'declared')
    this.pace()
  }

  /** Says how much more may come, when that is worth a message; called with samples and from time to time. */
  pace(): void {
    const at = this.#options.monotonic()
    if ((this.#sender?.waiting ?? 0) > MAX_WAITING) this.#credit.hold(at)
    else this.#credit.refill(at)
    const until = Math.max(this.#told, this.#next + Math.max(0, this.#credit.left))
    const isWorth = Math.max(until - this.#told, this.#next - this.#acked) >= this.#window / 4
    if (!isWorth || !this.#tell) return
    this.#told = until
    this.#acked = this.#next
    this.#tell({ type: 'ack', next: this.#next, until })
  }

  /** Nothing more comes: what is open is told. @returns when every strip is settled and answered */
  async finish(): Promise<void> {
    this.#tellGaps()
    await this.#sender?.answered()
  }

  /** The server stops. Resolves when nothing that was cut is still on its way to be durable and settled. */
  async settled(): Promise<void> {
    this.#sender?.hurry()
    await this.#sender?.settled()
  }

  end(): void {
    this.#sender?.end()
    this.#tell = undefined
  }

  #add(values: Int16Array): void {
    const { live } = this.#options.context
    const from = this.#next
    this.#next += values.length
    live?.meter.samples(values.length)
    if (this.hello.signal === 'rr') {
      this.#addRr(values)
      return
    }
    this.#ring.write(from, values)
    this.#clock.arrived(this.#next, this.#options.now())
    this.#markMissing(from, values)
    if (this.#next >= this.#readingAt) this.#tellReading()
    this.#cut()
  }

  #addRr(values: Int16Array): void {
    this.#rr = [...this.#rr, ...values].slice(-RR_WINDOW)
    this.#say({ type: 'reading', at: this.#next, ...rrReading(this.#rr) })
  }

  #markMissing(from: number, values: Int16Array): void {
    for (let i = 0; i < values.length; i++) {
      if (values[i] !== MISSING) continue
      let to = i + 1
      while (to < values.length && values[to] === MISSING) to++
      this.#noteGap(from + i, from + to, 'missing')
      i = to
    }
  }

  #miss(to: number, cause: GapCause): void {
    if (to - this.#next > MAX_JUMP_S * this.#rate) throw broken('frame.index', 'jump')
    this.#ring.miss(this.#next, to)
    this.#noteGap(this.#next, to, cause)
    this.#told += to - this.#next
    this.#next = to
  }

  #noteGap(from: number, to: number, cause: GapCause): void {
    if (this.#gaps.add({ from, to, cause })) this.#options.context.live?.meter.gap(cause)
    this.#cutter?.restart(to)
  }

  #tellGaps(): void {
    for (const gap of this.#gaps.take()) this.#say({ type: 'gap', ...gap })
  }

  #tellReading(): void {
    const second = Math.round(this.#rate)
    this.#readingAt += second * Math.ceil((this.#next - this.#readingAt + 1) / second)
    this.#tellGaps()
    const reading = this.#read(Math.max(this.#begin, this.#next - Math.round(READING_S * this.#rate)), this.#next)
    if (reading.quality.verdict === 'unacceptable') this.#cutter?.spoiled(this.#next)
    this.#say({ type: 'reading', at: this.#next, ...reading })
  }

  #cut(): void {
    for (const cut of this.#cutter?.cut(this.#next) ?? []) {
      const cutAt = this.#options.monotonic()
      const steps = this.#ring.steps(cut.from, cut.to)
      // Strips that begin with one sample begin at one instant, whatever the clock has learned in between.
      if (this.#span?.from !== cut.from) this.#span = { from: cut.from, startedAt: this.#clock.timeOf(cut.from) }
      this.#sender?.send(cut, { steps, startedAt: this.#span.startedAt, cutAt })
    }
  }

  #read(from: number, to: number): LiveReading {
    const { live } = this.#options.context
    if (!live) return NOT_READ
    if (scratch.length < to - from) scratch = new Float64Array(to - from)
    const samples = this.#ring.millivolts(from, to, { scaleUv: this.hello.scaleUv!, into: scratch })
    return live.read(samples, this.#rate)
  }

  #say(message: ServerMessage): void {
    this.#tell?.(message)
    // A reading of then is of no use; what was recorded and said of it is.
    if (message.type === 'reading') return
    this.#kept.push(message)
    if (this.#kept.length > MAX_KEPT) this.#kept.shift()
  }
}

const NOT_READ: LiveReading = { quality: { verdict: 'unacceptable', reasons: ['non-finite'] } }

/** Rules section 12. Nothing is recorded of it: there is no tracing. */
const NO_RISK_FROM_RR: ServerMessage = {
  type: 'result',
  from: 0,
  to: 0,
  module: 'pocket-k',
  state: 'refused',
  code: 'lead-missing',
  text: 'A heart-rate strap gives RR intervals only, no ECG: heart rate is shown, potassium is not screened.'
}

/** One reading at a time is made in this process, and nobody keeps the samples. */
let scratch = new Float64Array(0)
