import type { Communication, Task } from '@medplum/fhirtypes'
import type { FhirStore } from '../../core/fhir-store.ts'
import { uuidV5 } from '../../core/ids.ts'
import { concept, EXTENSION, HIS, OBSERVATION_VALUE, PROFILE } from '../../fhir-profiles/index.ts'
import { isAlert } from '../alerts/alert-task.ts'
import { readLeading } from '../inference/leading-results.ts'
import type { OutboxItem } from './outbox.ts'

/**
 * One Communication for each actual delivery of an alert (rules section 9): who was told what, and when. Delivered is
 * not read, and read is not acknowledged: that is the Task's status, changed by a named person.
 */
export async function noteDelivery(store: FhirStore, item: OutboxItem, now: Date): Promise<void> {
  const [type, id] = item.resource.split('/')
  if (type !== 'Task' || !id) return
  const task = await store.readVersion<Task>('Task', id, item.versionId)
  if (!task || !isAlert(task)) return
  const result = await readLeading(store, task.focus?.reference)
  const label = (result?.extension ?? []).filter(({ url }) => url === EXTENSION.researchOnly)
  const communication: Communication & { id: string } = {
    resourceType: 'Communication',
    id: uuidV5('communication', item.destination, item.itemId),
    meta: { profile: [PROFILE.communication], security: [{ ...OBSERVATION_VALUE.aiAsserted }] },
    ...(label.length > 0 ? { extension: label } : {}),
    status: 'completed',
    category: [concept(HIS['risk-alert'])],
    basedOn: [{ reference: item.resource }],
    subject: task.for as Communication['subject'],
    ...(task.encounter ? { encounter: task.encounter } : {}),
    about: task.focus ? [task.focus] : [],
    sent: now.toISOString(),
    recipient: [{ display: item.destination }],
    payload: [{ contentString: task.description ?? '' }]
  }
  await store.write([{ resource: communication, onlyIfAbsent: true }], { kind: 'delivery' })
}
