import type { Task } from '@medplum/fhirtypes'
import type { FhirStore } from '../../core/fhir-store.ts'
import { HIS } from '../../fhir-profiles/index.ts'
import { everything } from './everything.ts'

/** Alerts looked through for a report, the oldest first. */
const MAX_TASKS = 50_000

export interface AlertPrecision {
  /** Results with an alert that got a truth, and how many of those came true. */
  alerts: number
  truePositives: number
  value: number | null
  /** 95 % by Wilson 1927, of alerts. */
  ci: [number, number] | null
}

/** Results for which somebody was alerted: suppressed and cancelled alerts do not count. */
export async function alertedResults(store: Pick<FhirStore, 'search'>): Promise<Set<string>> {
  const results = new Set<string>()
  const { system, code } = HIS['risk-alert']
  const query = `Task?code=${encodeURIComponent(`${system}|${code}`)}`
  let read = 0
  for await (const { status, input = [] } of everything<Task & { id: string }>(store, query)) {
    if (++read > MAX_TASKS) break
    if (status === 'rejected' || status === 'cancelled' || status === 'entered-in-error') continue
    for (const { valueReference } of input) if (valueReference?.reference) results.add(valueReference.reference)
  }
  return results
}

/** Of the alerts that got a truth, the share that came true. */
export function alertPrecision(
  pairs: readonly { result: string; label: 0 | 1 }[],
  alerted: ReadonlySet<string>
): AlertPrecision {
  const judged = pairs.filter(({ result }) => alerted.has(result))
  const truePositives = judged.filter(({ label }) => label === 1).length
  const alerts = judged.length
  if (alerts === 0) return { alerts, truePositives, value: null, ci: null }
  return { alerts, truePositives, value: truePositives / alerts, ci: wilson(truePositives, alerts) }
}

/** 95 % interval of a share (Wilson 1927). @example wilson(0, 20) // [0, 0.161] */
export function wilson(hits: number, n: number): [number, number] {
  const z2 = 1.96 ** 2
  const p = hits / n
  const middle = (p + z2 / (2 * n)) / (1 + z2 / n)
  const half = (1.96 / (1 + z2 / n)) * Math.sqrt((p * (1 - p)) / n + z2 / (4 * n * n))
  return [Math.max(0, middle - half), Math.min(1, middle + half)]
}
