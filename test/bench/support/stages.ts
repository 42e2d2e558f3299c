import type { Observation, RiskAssessment, Task } from '@medplum/fhirtypes'
import type { World } from '../../support/world.ts'
import { median } from './quantile.ts'

/**
 * Where the time of an alert goes, by the server's own instants: median milliseconds from receipt of the lab message to
 * its resources, to the result, to the Task, to the outbox row, to the 2xx. An instant is taken when a write is handed in.
 */
export async function alertStages(world: World, patients: readonly string[], prefix: string): Promise<string> {
  const { sql } = world.app.store
  const steps: Record<string, number[]> = { potassium: [], result: [], task: [], outbox: [], delivered: [] }
  for (const [number, patient] of patients.entries()) {
    const [message] = await sql.all<{ received_at: string }>('SELECT received_at FROM messages WHERE control_id = ?', [
      `${prefix}${number}`
    ])
    const [potassium] = await world.search<Observation>(`Observation?patient=${patient}&code=http://loinc.org|2823-3`)
    const [result] = await world.search<RiskAssessment>(`RiskAssessment?patient=${patient}`)
    const [task] = await world.search<Task>(`Task?patient=${patient}`)
    const [sent] = await sql.all<{ created_at: string; settled_at: string }>(
      'SELECT created_at, settled_at FROM outbox WHERE resource = ?',
      [`Task/${task?.id}`]
    )
    const instants = [
      potassium?.meta?.lastUpdated,
      result?.meta?.lastUpdated,
      task?.meta?.lastUpdated,
      sent?.created_at,
      sent?.settled_at
    ].map((instant) => Date.parse(instant ?? '') - Date.parse(message?.received_at ?? ''))
    for (const [index, name] of Object.keys(steps).entries()) steps[name]!.push(instants[index]!)
  }
  return Object.entries(steps)
    .map(([name, values]) => `${name} ${median(values).toFixed(0)}`)
    .join(', ')
}
