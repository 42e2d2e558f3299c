import type { ImagingStudy, ImagingStudySeries } from '@medplum/fhirtypes'
import { emptyGroup, type PatientGroup } from '../../core/decoded.ts'
import { failpoint } from '../../core/failpoint.ts'
import type { Series } from '../../core/series.ts'
import { bind } from './bind.ts'
import { type MessageContext, resourceId } from './deps.ts'
import { EXTENSION, TAG, withTag } from './marks.ts'
import { bindingFor, type Recorded, withSubject } from './step.ts'
import { resolveVisit } from './visit.ts'

const DICOM_UID = 'urn:dicom:uid'
const DCM = 'http://dicom.nema.org/resources/ontology/DCM'

/**
 * An assembled series becomes a series of its ImagingStudy; the ordered frames lie as JSON in the blob store and are
 * named by an extension. A late frame comes as the same series again and makes a new version.
 */
export async function recordSeries(context: MessageContext, group: PatientGroup, series: Series): Promise<Recorded> {
  const { deps } = context
  const manifest = await deps.blobs.put(Buffer.from(JSON.stringify(series)))
  failpoint('record.manifest-put')
  const id = resourceId(deps, 'ImagingStudy', `study|${series.studyInstanceUid}`)
  return withSubject(
    context,
    { ...emptyGroup(), subject: group.subject, visit: group.visit },
    0,
    async (subject, writes) => {
      return deps.store.lock([`ImagingStudy/${id}`], async () => {
        const visit = await resolveVisit(context, group, subject, series.startedAt?.instant, writes)
        const stored = await deps.store.read<ImagingStudy>('ImagingStudy', id)
        const others = (stored?.series ?? []).filter(({ uid }) => uid !== series.seriesInstanceUid)
        const all = [...others, seriesEntry(series, manifest.sha256)].sort((a, b) =>
          (a.uid ?? '') < (b.uid ?? '') ? -1 : 1
        )
        const study: ImagingStudy = {
          resourceType: 'ImagingStudy',
          status: 'available',
          identifier: [{ system: DICOM_UID, value: `urn:oid:${series.studyInstanceUid}` }],
          subject: { reference: subject.reference },
          ...(visit.reference ? { encounter: { reference: visit.reference } } : {}),
          ...(series.startedAt?.instant ? { started: series.startedAt.instant } : {}),
          modality: [...new Set(all.map(({ modality }) => modality?.code))].map((code) => ({ system: DCM, code })),
          numberOfSeries: all.length,
          numberOfInstances: all.reduce((sum, { numberOfInstances = 0 }) => sum + numberOfInstances, 0),
          series: all
        }
        const bound = bind(study, id, bindingFor(context, emptyGroup(), subject, visit))
        // What derives from a synthetic source is synthetic (rules section 11).
        const marked = withTag(bound, TAG.synthetic, series.synthetic)
        writes.put({ resource: withTag(marked, TAG.incomplete, !series.complete) })
        const results = await deps.store.write(writes.list, { kind: 'ingest', envelopeId: context.envelope.id })
        return {
          state: 'recorded',
          resources: results.map(({ resource }) => `${resource.resourceType}/${resource.id}`)
        }
      })
    }
  )
}

function seriesEntry(series: Series, manifestSha256: string): ImagingStudySeries {
  const instances = [...new Map(series.frames.map((frame) => [frame.sopInstanceUid, frame])).values()]
  return {
    uid: series.seriesInstanceUid,
    modality: { system: DCM, code: series.modality },
    ...(series.description ? { description: series.description } : {}),
    numberOfInstances: instances.length,
    ...(series.startedAt?.instant ? { started: series.startedAt.instant } : {}),
    extension: [{ url: EXTENSION.seriesManifest, valueUri: `urn:sha256:${manifestSha256}` }],
    instance: instances.map((frame, index) => ({
      uid: frame.sopInstanceUid,
      sopClass: { system: 'urn:ietf:rfc:3986', code: `urn:oid:${series.sopClassUid}` },
      number: index + 1
    }))
  }
}
