import type { Provenance, Resource } from '@medplum/fhirtypes'
import type { ChangeEvent } from '../../../core/changes.ts'
import type { Destination } from '../../../core/destination.ts'
import type { RecordReader } from '../../../core/record.ts'
import type { FhirDestinationConfig } from '../../config/schema.ts'
import { hasTag, TAG } from '../../record/marks.ts'
import { versionOf } from '../heed.ts'
import type { Outbox } from '../outbox.ts'
import { mirrorBundle, type Stored, targetsOf } from './bundle.ts'
import { sendTransaction } from './call.ts'
import { readMirrorOptions } from './options.ts'

/** What a person or a merge may change in a result after its run. */
const RESULT_TYPES = new Set(['RiskAssessment', 'Observation', 'DiagnosticReport'])
const TAKEN_BACK = 'entered-in-error'

export interface FhirMirrorDeps {
  config: FhirDestinationConfig
  outbox: Pick<Outbox, 'sentVersions'>
  mayLeave(resource: Resource): boolean
}

/**
 * Mirrors results to another FHIR server (design section 4): for every run, correction and retraction one transaction with
 * the Provenance of the run, all it is about, its Patient, Device and model card. A change that did not come from a run (a
 * signature, a merge) follows to a server that got the run. Results in shadow never leave; a retraction goes to whoever got
 * the result, also when the module is in shadow by then.
 */
export function fhirMirror({ config, outbox, mayLeave }: FhirMirrorDeps): Destination {
  const options = readMirrorOptions(config)

  const wasSent = async (provenance: Stored<Provenance>): Promise<boolean> =>
    (await outbox.sentVersions(config.name, `Provenance/${provenance.id}`)).length > 0

  async function mayGo(provenance: Stored<Provenance>, record: RecordReader): Promise<boolean> {
    const targets = await Promise.all(targetsOf(provenance).map((name) => record.read<Stored>(name)))
    const results = targets.filter((resource) => resource !== undefined)
    if (results.length === 0) return false
    if (!config.acceptsSynthetic && results.some((resource) => hasTag(resource, TAG.synthetic))) return false
    if (results.every(mayLeave)) return true
    const isTakenBack = results.every((resource) => (resource as { status?: string }).status === TAKEN_BACK)
    return isTakenBack && wasSent(provenance)
  }

  return {
    name: config.name,

    async wants(event: ChangeEvent, record: RecordReader): Promise<boolean> {
      if (event.interaction === 'delete') return false
      const isRun = event.resourceType === 'Provenance' && event.cause.kind === 'result'
      const isLater = RESULT_TYPES.has(event.resourceType) && event.cause.kind !== 'result'
      if (!isRun && !isLater) return false
      const provenance = await provenanceOf(event, record)
      if (!provenance || (isLater && !(await wasSent(provenance)))) return false
      return mayGo(provenance, record)
    },

    async build(event: ChangeEvent, record: RecordReader) {
      const provenance = await provenanceOf(event, record)
      if (!provenance) return undefined
      const bundle = await mirrorBundle(provenance, { record, patients: options.patients, at: event.at })
      const bytes = Buffer.from(JSON.stringify(bundle))
      return { id: event.eventId, mediaType: 'application/fhir+json', bytes }
    },

    send: ({ id, bytes }) => sendTransaction(JSON.parse(Buffer.from(bytes).toString('utf8')), id, options)
  }
}

/** Of a run: the version of the event. Of a later change: the newest one about that resource. */
async function provenanceOf(event: ChangeEvent, record: RecordReader): Promise<Stored<Provenance> | undefined> {
  if (event.resourceType === 'Provenance') return record.read<Stored<Provenance>>(versionOf(event))
  const about = `${event.resourceType}/${event.id}`
  const [found] = await record.search<Stored<Provenance>>(`Provenance?target=${about}&_sort=-_lastUpdated&_count=1`)
  return found
}
