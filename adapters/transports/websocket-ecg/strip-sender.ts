import type { SubjectClaim } from '../../../core/decoded.ts'
import { asAppError } from '../../../core/errors/app-error.ts'
import type { ErrorCode } from '../../../core/errors/table.ts'
import type { LiveFollowing } from '../../../core/live-ecg.ts'
import type { Receipt, TransportContext } from '../../../core/transport.ts'
import { ECG_KINDS } from '../../ecg/kinds.ts'
import { encodeStrip, type StripHeader, stripKey } from '../../ecg/strip.ts'
import type { ServerMessage } from './protocol.ts'
import type { Cut } from './strip-cutter.ts'

/** Tries of one strip while the intake says 'later', a second apart. */
const TRIES = 30
const RETRY_MS = 1000
/** Strips of one session whose results are still listened for. */
const MAX_FOLLOWED = 8

export interface StripSenderOptions {
  context: TransportContext
  header: Omit<StripHeader, 'from' | 'startedAt' | 'subject'>
  subject: SubjectClaim
  tell(message: ServerMessage): void
  monotonic(): number
}

/**
 * Hands strips to the durable intake like any other ECG and tells what becomes of them. At most as many as are cut while
 * one waits are held: the caller gives no more credit meanwhile.
 */
export function createStripSender({ context, header, subject, tell, monotonic }: StripSenderOptions) {
  const { live } = context
  const following: LiveFollowing[] = []
  const open = new Set<Promise<void>>()
  let waiting = 0
  let isEnded = false
  let isHurried = false

  /** @param cutAt when the last sample came, ms on the monotonic clock */
  async function hand(
    cut: Cut,
    { steps, startedAt, cutAt }: { steps: Int16Array; startedAt: string; cutAt: number }
  ): Promise<void> {
    const { from, to, seconds } = cut
    const whole: StripHeader = { ...header, from, startedAt, subject }
    const bytes = encodeStrip({ header: whole, samples: steps })
    const said = { type: 'strip', from, to, seconds } as const
    let receipt: Receipt
    waiting++
    try {
      receipt = await accept(bytes, (code) => tell({ ...said, state: 'waiting', code }))
    } catch (thrown) {
      const { code } = asAppError(thrown)
      live?.meter.refused(code)
      tell({ ...said, state: 'refused', code })
      return
    } finally {
      waiting--
    }
    const { envelopeId: envelope } = receipt
    live?.meter.strip(seconds)
    tell({ ...said, state: 'accepted', envelope })
    follow(cut, { businessKey: stripKey(whole, steps.length), receipt, cutAt })
    const { state, error } = await receipt.settled
    tell({ ...said, envelope, ...(state === 'recorded' ? { state } : { state: 'parked', code: error?.code }) })
  }

  async function accept(bytes: Uint8Array, onLater: (code: ErrorCode) => void): Promise<Receipt> {
    for (let left = TRIES; ; left--) {
      try {
        return await context.accept({ family: 'ecg', mediaType: ECG_KINDS['ecg-strip'], bytes })
      } catch (thrown) {
        const error = asAppError(thrown)
        if (error.row.retry !== 'later' || error.code === 'SHUTTING_DOWN' || left <= 1 || isHurried) throw error
        if (left === TRIES) onLater(error.code)
        await new Promise<void>((resolve) => setTimeout(resolve, RETRY_MS).unref())
      }
    }
  }

  function follow(
    { from, to }: Cut,
    { businessKey, receipt, cutAt }: { businessKey: string; receipt: Receipt; cutAt: number }
  ): void {
    if (!live || isEnded) return
    const answered = new Set<string>()
    const recorded = receipt.settled.then(({ state }) => state === 'recorded')
    const followed = live.follow({ businessKey, recorded }, (result) => {
      if (!answered.has(result.module)) live.meter.answered(result.module, (monotonic() - cutAt) / 1000)
      answered.add(result.module)
      tell({ type: 'result', from, to, ...result })
    })
    following.push(followed)
    if (following.length > MAX_FOLLOWED) following.shift()!.end()
  }

  async function settled(): Promise<void> {
    while (open.size > 0) await Promise.allSettled(open)
  }

  return {
    /** How many are not durable yet. */
    get waiting(): number {
      return waiting
    },
    send(cut: Cut, facts: { steps: Int16Array; startedAt: string; cutAt: number }): void {
      const work = hand(cut, facts).finally(() => open.delete(work))
      open.add(work)
    },
    /** Resolves when everything handed over is settled or refused. */
    settled,
    /** Resolves when besides every module has answered. */
    async answered(): Promise<void> {
      await settled()
      await Promise.all(following.map(({ answered }) => answered))
    },
    /** The server stops: what cannot be taken now is refused. */
    hurry(): void {
      isHurried = true
    },
    end(): void {
      isEnded = true
      for (const { end } of following.splice(0)) end()
    }
  }
}

export type StripSender = ReturnType<typeof createStripSender>
