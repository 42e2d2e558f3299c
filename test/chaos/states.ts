import { stateByIdentifier } from '../integration/support/arrivals.ts'
import { json } from '../integration/support/kill-site.ts'
import { LETTERS } from './load.ts'

/** Final state of every person, as comparable lines. */
export async function statesOf(http: string, tokens: string[]): Promise<Map<string, string[]>> {
  const search = async <T>(query: string): Promise<T[]> =>
    ((await json<{ entry?: { resource: T }[] }>(`${http}/fhir/R4/${query}`)).entry ?? []).map(
      ({ resource }) => resource
    )
  const states = new Map<string, string[]>()
  const waiting = [...tokens]
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      for (let token = waiting.shift(); token !== undefined; token = waiting.shift())
        states.set(
          token,
          (await stateByIdentifier(search, token, LETTERS)).filter((line) => !isWithdrawn(line)).map(withoutLateMark)
        )
    })
  )
  return states
}

/**
 * What was withdrawn leaves a tombstone when it had been made before the withdrawal came, and nothing when it had not: which
 * of the two is a matter of speed, so neither is compared. That nothing of it stands is.
 */
const WITHDRAWN: Record<string, string> = {
  Observation: 'entered-in-error',
  RiskAssessment: 'entered-in-error',
  DiagnosticReport: 'entered-in-error',
  DocumentReference: 'entered-in-error',
  Task: 'cancelled'
}

function isWithdrawn(line: string): boolean {
  const { resourceType, status, basedOn } = JSON.parse(line) as Record<string, unknown>
  return status !== undefined && WITHDRAWN[String(resourceType)] === status && basedOn === undefined
}

/**
 * Received over an hour after its acquisition, a result is marked late (rules section 3): true of the run without kills when
 * the run with them before it took over half an hour, and then it says when the same bytes came, not what became of them.
 */
function withoutLateMark(line: string): string {
  const resource = JSON.parse(line) as { meta?: { tag?: { code?: string }[] } }
  const { tag } = resource.meta ?? {}
  if (!tag?.some(({ code }) => code === 'late')) return line
  return JSON.stringify({ ...resource, meta: { ...resource.meta, tag: tag.filter(({ code }) => code !== 'late') } })
}

export function differencesBetween(a: Map<string, string[]>, b: Map<string, string[]>): string[] {
  return [...a].flatMap(([token, lines]) => {
    const [left, right] = [new Set(lines), new Set(b.get(token) ?? [])]
    return [
      ...[...left].filter((line) => !right.has(line)).map((line) => `${token} only with kills: ${line.slice(0, 700)}`),
      ...[...right].filter((line) => !left.has(line)).map((line) => `${token} only without: ${line.slice(0, 700)}`)
    ]
  })
}
