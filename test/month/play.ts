import type { RiskAssessment } from '@medplum/fhirtypes'
import { sender } from '../integration/support/hospital-world.ts'
import { quiet } from '../integration/support/quiet.ts'
import type { settableClock } from '../support/settable-clock.ts'
import type { World } from '../support/world.ts'
import { admit, discharge, results } from './messages.ts'
import { type PlannedStay, STEP_HOURS } from './plan.ts'

const HOUR_MS = 60 * 60_000

/**
 * How the hospital's patients fare, given what the server had said of them: this is the part that is planted. `at` counts
 * from 0 at the month's start to 1 at its end.
 */
export type Fate = (served: number, stay: PlannedStay, at: number) => number

const logit = (p: number): number => Math.log(p / (1 - p))
const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z))

/** About the mean of what the server says of the planned stays. */
const MEAN_RISK = 0.24
/** In the second half the true risk is higher at every estimate, by .9 in the logit. */
const worseLater = (risk: number, at: number): number => (at < 0.5 ? risk : sigmoid(logit(risk) + 0.9))
/** Of women the estimate knows nothing: all of them share one risk. Overall calibration hardly moves. */
const unknownOfWomen = (served: number, stay: PlannedStay): number => (stay.sex === 'F' ? MEAN_RISK : served)

export const FATES = {
  /** They die just as often as the server says. */
  none: (served) => served,
  drift: (served, _stay, at) => worseLater(served, at),
  gap: unknownOfWomen,
  both: (served, stay, at) => worseLater(unknownOfWomen(served, stay), at)
} satisfies Record<string, Fate>

interface Play {
  world: World
  clock: ReturnType<typeof settableClock>
  stays: readonly PlannedStay[]
  fate: Fate
  from: Date
  days: number
  onProgress?(day: number): void
}

export interface Played {
  messages: number
  /** Stays that left with a 24 h estimate. */
  judged: number
  deaths: number
}

/**
 * Sends the month through the MLLP socket in steps of six hours. In each step the clock is set, the timers that fell due
 * fire, what was charted and discharged is sent, and the server is let come to rest: a month in which nothing is late.
 */
export async function playMonth({ world, clock, stays, fate, from, days, onProgress }: Play): Promise<Played> {
  const client = sender(world)
  const played: Played = { messages: 0, judged: 0, deaths: 0 }
  const send = async (messages: Uint8Array[]): Promise<void> => {
    const replies = await Promise.all(messages.map((bytes) => client.send(bytes)))
    const refused = replies.find(({ code }) => code !== 'AA')
    if (refused) throw new Error(`a message was answered ${refused.code}`)
    played.messages += messages.length
    await quiet(world.app)
  }
  // Stays last up to 54 h beyond the last admission.
  const steps = (days * 24) / STEP_HOURS + 60 / STEP_HOURS
  try {
    for (let step = 0; step <= steps; step++) {
      const start = from.getTime() + step * STEP_HOURS * HOUR_MS
      clock.set(new Date(start + 2 * 60_000))
      // The process that fires timers looks again when one is announced, as when the wall clock was set.
      world.app.store.coordination.announce('timers', '')
      await quiet(world.app)
      const span = { from: start, to: start + STEP_HOURS * HOUR_MS }
      await send(await leaving(span))
      await send(stays.filter(({ admittedAt }) => isIn(admittedAt, span)).map((stay) => admit(`A${stay.mrn}`, stay)))
      clock.set(new Date(span.to - 60_000))
      await send(stays.flatMap((stay) => charted(stay, span)))
      if (step % (24 / STEP_HOURS) === 0) onProgress?.((step * STEP_HOURS) / 24)
    }
  } finally {
    await client.close()
  }
  return played

  async function leaving(span: Span): Promise<Uint8Array[]> {
    const messages: Uint8Array[] = []
    for (const stay of stays.filter(({ dischargedAt }) => isIn(dischargedAt, span))) {
      const served = await servedEstimate(world, stay)
      const at = (stay.dischargedAt.getTime() - from.getTime()) / (days * 24 * HOUR_MS)
      const died = served === undefined ? false : stay.luck < fate(served, stay, at)
      if (served !== undefined) played.judged++
      if (died) played.deaths++
      messages.push(discharge(`D${stay.mrn}`, stay, died))
    }
    return messages
  }
}

interface Span {
  from: number
  to: number
}

const isIn = (at: Date, { from, to }: Span): boolean => at.getTime() >= from && at.getTime() < to

function charted(stay: PlannedStay, span: Span): Uint8Array[] {
  const charts = [
    ...stay.charts.map(({ hours, vitals }) => ({ kind: 'V', hours, chart: vitals })),
    ...stay.labs.map(({ hours, values }) => ({ kind: 'L', hours, chart: values }))
  ]
  return charts.flatMap(({ kind, hours, chart }) => {
    const at = new Date(stay.admittedAt.getTime() + hours * HOUR_MS)
    return isIn(at, span) ? [results(`${kind}${hours}-${stay.mrn}`, stay, { at, chart })] : []
  })
}

/** What the server said of the stay at 24 hours, as an EHR would read it. */
async function servedEstimate(world: World, { mrn }: PlannedStay): Promise<number | undefined> {
  const found = await world.search<RiskAssessment>(
    `RiskAssessment?subject:Patient.identifier=${mrn}&method=cap-icu&_sort=_lastUpdated&_count=5`
  )
  return found.find(({ status }) => status !== 'cancelled')?.prediction?.[0]?.probabilityDecimal
}
