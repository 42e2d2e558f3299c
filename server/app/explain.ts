import type { Communication, Device, Observation, Provenance, Resource, RiskAssessment, Task } from '@medplum/fhirtypes'
import { AppError } from '../../core/errors/app-error.ts'
import type { FhirStore } from '../../core/fhir-store.ts'
import { isAlert, namesResult } from '../alerts/alert-task.ts'
import type { Outbox } from '../delivery/outbox.ts'

/**
 * Guarantee 6 in one call: inputs, preprocessing, model hash, output, threshold policy, recipients, acknowledgements.
 * @throws AppError FHIR_NOT_FOUND
 */
export async function explain(
  { store, outbox }: { store: FhirStore; outbox: Outbox },
  reference: string
): Promise<object> {
  const [type = '', id = ''] = reference.split('/')
  const result = await store.read<Resource>(type, id)
  if (!result) throw new AppError('FHIR_NOT_FOUND', { at: 'result' })
  const provenances = await store.search<Provenance>(`Provenance?target=${reference}&_sort=-_lastUpdated&_count=20`)
  const latest = provenances[0]
  const deviceReference = latest?.agent.find(({ who }) => who.reference?.startsWith('Device/'))?.who.reference
  const device = deviceReference ? await store.read<Device>('Device', deviceReference.split('/')[1]!) : undefined
  const patient = (result as RiskAssessment).subject?.reference
  const tasks = patient
    ? (await store.search<Task>(`Task?patient=${patient}&_count=200`)).filter(
        (t) => isAlert(t) && namesResult(t, reference)
      )
    : []
  const told = await Promise.all(
    tasks.map((task) => store.search<Communication>(`Communication?based-on=Task/${task.id}&_count=100`))
  )
  return {
    result,
    inputs: latest?.entity?.filter(({ role }) => role === 'source'),
    run: latest?.extension,
    provenance: latest && `Provenance/${latest.id}`,
    model: device && {
      reference: deviceReference,
      name: device.deviceName,
      version: device.version,
      identifier: device.identifier
    },
    output: (result as RiskAssessment).prediction ?? (result as Observation).hasMember,
    alerts: tasks.map(({ id: taskId, status, statusReason, owner, priority, authoredOn }) => ({
      task: `Task/${taskId}`,
      status,
      statusReason,
      owner,
      priority,
      authoredOn
    })),
    recipients: told.flat().map(({ recipient, sent }) => ({ recipient: recipient?.[0]?.display, sent })),
    deliveries: (await outbox.fate(reference)).map(({ destination, versionId, state, tries, lastCode, settledAt }) => ({
      destination,
      versionId,
      state,
      tries,
      lastCode,
      settledAt
    })),
    acknowledgements: tasks
      .filter(({ status }) => ['accepted', 'completed', 'in-progress'].includes(status ?? ''))
      .map(({ id: taskId, status, owner }) => ({ task: `Task/${taskId}`, status, by: owner }))
  }
}
