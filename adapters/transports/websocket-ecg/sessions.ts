import { randomBytes } from 'node:crypto'
import type { SubjectClaim } from '../../../core/decoded.ts'
import { AppError } from '../../../core/errors/app-error.ts'
import type { TransportContext } from '../../../core/transport.ts'
import type { Hello } from './hello.ts'
import { broken, claimOf } from './hello.ts'
import type { LiveOptions } from './options.ts'
import { LiveSession } from './session.ts'

const SWEEP_MS = 1000

/** The live sessions of a feed: begun, resumed, forgotten when nobody came back for them. */
export function createSessions(context: TransportContext, options: LiveOptions) {
  const sessions = new Map<string, LiveSession>()
  const monotonic = (): number => performance.now()
  const sweep = setInterval(() => {
    const limit = monotonic() - options.keepSeconds * 1000
    for (const session of sessions.values()) if ((session.leftAt ?? Number.POSITIVE_INFINITY) < limit) forget(session)
  }, SWEEP_MS)
  sweep.unref()

  function forget(session: LiveSession): void {
    if (!sessions.delete(session.id)) return
    session.end()
    context.live?.meter.closed()
  }

  /** @throws AppError PATIENT_MISMATCH, AUTHORITY_UNKNOWN, BACK_PRESSURE, STREAM_PROTOCOL */
  async function open(hello: Hello, owner: string): Promise<{ session: LiveSession; resumed: boolean }> {
    checkRate(hello, options)
    const claim = hello.patient && claimOf(hello.patient)
    // Asked anew at a resume: the record may have changed while nobody was there.
    if (claim) await confirm(claim, owner)
    const known = hello.resume && sessions.get(hello.resume.session)
    if (known && known.owner === owner) {
      requireSame(known, hello)
      return { session: known, resumed: true }
    }
    const own = [...sessions.values()].filter((session) => session.owner === owner).length
    if (own >= options.sessionsPerClient || sessions.size >= options.maxSessions)
      throw new AppError('BACK_PRESSURE', { at: 'hello', reason: 'sessions' })
    const session = new LiveSession({
      id: randomBytes(16).toString('hex'),
      owner,
      hello,
      claim,
      options,
      context,
      now: Date.now,
      monotonic
    })
    sessions.set(session.id, session)
    context.live?.meter.opened()
    return { session, resumed: false }
  }

  async function confirm(claim: SubjectClaim, by: string): Promise<void> {
    if (!context.live) throw new AppError('PATIENT_MISMATCH', { at: 'hello.patient' })
    await context.live.confirm(claim, { feed: context.feed, by })
  }

  return {
    open,
    forget,
    /** Resolves when what was cut is durable and settled, or refused. */
    async stop(): Promise<void> {
      clearInterval(sweep)
      await Promise.all([...sessions.values()].map((session) => session.settled()))
      for (const session of [...sessions.values()]) forget(session)
    }
  }
}

export type Sessions = ReturnType<typeof createSessions>

function checkRate({ signal, rateHz = 0 }: Hello, { minRateHz, maxRateHz }: LiveOptions): void {
  if (signal === 'ecg' && !(rateHz >= minRateHz && rateHz <= maxRateHz)) throw broken('hello.rateHz', 'range')
}

/** A session goes on with the signal and the person it began with. */
function requireSame({ hello: before }: LiveSession, hello: Hello): void {
  if (JSON.stringify(personOf(before)) !== JSON.stringify(personOf(hello)))
    throw new AppError('PATIENT_MISMATCH', { at: 'hello.patient' })
  for (const key of ['signal', 'rateHz', 'scaleUv', 'source'] as const)
    if (before[key] !== hello[key]) throw broken(`hello.${key}`, 'changed')
}

const personOf = ({ patient }: Hello): unknown =>
  patient && [patient.identifier.value, patient.identifier.authority, patient.family, patient.birthDate]
