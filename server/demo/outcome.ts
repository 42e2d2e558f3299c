import type { Observation, RiskAssessment, ServiceRequest } from '@medplum/fhirtypes'
import { refusalOf } from '../../fhir-profiles/index.ts'
import type { App } from '../app/create-app.ts'
import type { Played } from './play.ts'
import type { Notification } from './subscriber.ts'

export interface MessageOutcome {
  what: string
  from: string
  answer: string
  count: number
  state: string
  code?: string
}

export interface ResultOutcome {
  module: string
  resource: string
  /** What the ECG was, in the words of the day. */
  about: string
  order?: string
  /** What the probability is of. */
  of: string
  probability?: number
  refused?: string
  /** From the last byte needed for it, or the moment it was due, to its first notification, or to its commit when nobody is notified. */
  latencyMs: number
  notified: boolean
}

/** What was sent, in the words of the day, and performance.now() then. */
interface Sent {
  what: string
  sentAt: number
}

type Result = RiskAssessment & { id: string }

/** What became of each message; the frames of one series are one row. */
export async function messageOutcomes(app: App, played: Played[]): Promise<MessageOutcome[]> {
  const rows = new Map<string, MessageOutcome>()
  for (const { step, answer } of played) {
    const [story] = await app.pipeline.story.story(step.id)
    const row = rows.get(step.what) ?? {
      what: step.what,
      from: step.from,
      answer,
      count: 0,
      state: story?.state ?? 'refused'
    }
    row.count++
    if (story?.error) row.code = `${story.error.code}${story.error.reason ? ` (${story.error.reason})` : ''}`
    rows.set(step.what, row)
  }
  return [...rows.values()]
}

/** Every AI result with the message behind it and how long it took from that message's socket. */
export async function resultOutcomes(
  app: App,
  played: Played[],
  notifications: Notification[],
  epoch: number,
  strip?: Sent & { envelope?: string }
): Promise<ResultOutcome[]> {
  const byEnvelope = new Map<string, Sent>()
  for (const { step, sentAt } of played) {
    for (const story of await app.pipeline.story.story(step.id))
      byEnvelope.set(story.envelopeId, { what: step.what, sentAt })
  }
  if (strip?.envelope !== undefined) byEnvelope.set(strip.envelope, strip)
  const results = await app.store.search<Result>('RiskAssessment?_sort=_lastUpdated&_count=200')
  return Promise.all(
    results.map(async (result) => {
      const needed = await Promise.all([ecgOf(app, result), orderOf(app, result)])
      const messages = needed.flatMap((resource) => {
        const envelope = resource?.meta?.source?.replace('urn:hisbundle:envelope:', '')
        const message = envelope && byEnvelope.get(envelope)
        return message ? [message] : []
      })
      const stay = momentOf(result)
      const sentAt = stay === undefined ? Math.max(...messages.map((message) => message.sentAt)) : stay - epoch
      const notice = notifications.find(({ resource }) =>
        resource.input?.some(({ valueReference }) => valueReference?.reference === `RiskAssessment/${result.id}`)
      )
      const first = await app.store.readVersion<Result>('RiskAssessment', result.id, '1')
      const committed = Date.parse(first?.meta?.lastUpdated ?? '') - epoch
      const probability = result.prediction?.[0]?.probabilityDecimal
      const refused = probability === undefined ? refusalOf(result) : undefined
      return {
        module: result.method?.coding?.[0]?.code ?? 'unknown',
        resource: `RiskAssessment/${result.id}`,
        about: stay === undefined ? (messages[0]?.what ?? '') : "Emil's first 24 hours in intensive care",
        ...(result.basedOn ? { order: messages[1]?.what } : {}),
        of: result.prediction?.[0]?.outcome?.coding?.[0]?.display ?? '',
        ...(probability === undefined ? {} : { probability }),
        ...(refused ? { refused } : {}),
        latencyMs: Math.max(0, Math.round((notice?.at ?? committed) - sentAt)),
        notified: notice !== undefined
      }
    })
  )
}

/** When the first hours of a stay were over, if the result is about a stay. */
function momentOf({ basis, prediction }: Result): number | undefined {
  const start = prediction?.[0]?.whenPeriod?.start
  return start && basis?.[0]?.reference?.startsWith('Encounter/') ? Date.parse(start) : undefined
}

async function ecgOf(app: App, result: Result): Promise<Observation | undefined> {
  const reference = result.basis?.find((one) => one.reference?.startsWith('Observation/'))?.reference
  const id = reference?.split('/')[1]
  return id ? app.store.read<Observation>('Observation', id) : undefined
}

async function orderOf(app: App, result: Result): Promise<ServiceRequest | undefined> {
  const id = result.basedOn?.reference?.split('/')[1]
  return id ? app.store.read<ServiceRequest>('ServiceRequest', id) : undefined
}

export const quantile = (values: number[], q: number): number => {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0
}
