import type { DocumentReference, Observation } from '@medplum/fhirtypes'
import { type DecodedWaveform, ENCOUNTER, SUBJECT } from '../../core/decoded.ts'
import { AppError } from '../../core/errors/app-error.ts'
import { durationMs, type Waveform } from '../../core/waveform.ts'
import { blobOfDocument, buildEcgObservation, buildWaveformDocument, HIS } from '../../fhir-profiles/index.ts'
import { type Binding, bind } from './bind.ts'
import { type MessageContext, resourceId, type Writes } from './deps.ts'
import { IDENTIFIER, saidLater, TAG, withTag } from './marks.ts'
import { requireSamePerson } from './same-person.ts'
import { isSameTracing } from './same-tracing.ts'
import { decodeWaveformBlob, encodeWaveformBlob } from './waveform-blob.ts'

type StoredEcg = Observation & { id: string }

/** Business key of the Observation and the document of a recording. */
export const tracingKey = (recording: string): string => `tracing|${recording}`

/** Acquisition times this close may be one tracing (rules section 1). */
const SAME_ACQUISITION_MS = 1000

/**
 * Writes one recording: the samples as a blob named by a DocumentReference, and an ECG Observation that every module
 * listens to. A tracing that is here already, by whatever way it came, gets no second Observation.
 *
 * @throws AppError CONTENT_CHANGED when a DICOM instance comes again with other samples (kept parked, rules section 5)
 */
export async function recordTracing(
  context: MessageContext,
  decoded: DecodedWaveform,
  binding: Binding,
  writes: Writes
): Promise<void> {
  const tracing = decoded.waveforms.find(({ kind }) => kind === 'rhythm') ?? decoded.waveforms[0]
  const { deps } = context
  const observationId = resourceId(deps, 'Observation', tracingKey(decoded.businessKey))
  const documentId = resourceId(deps, 'DocumentReference', tracingKey(decoded.businessKey))
  const stored = await deps.store.read<StoredEcg>('Observation', observationId)
  if (stored) requireSamePerson(stored, binding)
  if (stored && saidLater(stored, binding)) return
  if (decoded.state === 'retracted') {
    const taken: StoredEcg | undefined = stored && { ...stored, status: 'entered-in-error' }
    if (taken) writes.put({ resource: withTag(taken, TAG.wrongPatient, decoded.wrongPatient === true) })
    return
  }
  if (!tracing) throw new AppError('WAVEFORM_INCONSISTENT', { reason: 'no-waveform' })
  const blob = await deps.blobs.put(encodeWaveformBlob(tracing))
  const document = bind(
    buildWaveformDocument({ sha256: blob.sha256, size: blob.size, subject: SUBJECT, encounter: ENCOUNTER }),
    documentId,
    binding
  )
  let unchanged = false
  if (stored) {
    const before = await deps.store.read<DocumentReference>('DocumentReference', documentId)
    const changed = before !== undefined && blobOfDocument(before) !== blob.sha256
    if (changed && decoded.receivedFrom === 'dicom') throw new AppError('CONTENT_CHANGED', { at: '(0008,0018)' })
    unchanged = !changed && decoded.state !== 'corrected' && stored.status !== 'entered-in-error'
  } else {
    const twin = await twinOf(context, binding, decoded, tracing)
    if (twin) {
      // The second way of one tracing: its own document, pointing at the Observation that is there.
      writes.put({
        resource: { ...document, context: { ...document.context, related: [{ reference: `Observation/${twin.id}` }] } }
      })
      return
    }
  }
  const status =
    decoded.state === 'corrected' || (stored && stored.status !== 'entered-in-error') ? 'corrected' : 'final'
  const built = buildEcgObservation({
    waveform: tracing,
    acquiredAt: decoded.acquiredAt,
    subject: SUBJECT,
    encounter: ENCOUNTER,
    derivedFrom: [`DocumentReference/${documentId}`],
    issued: context.envelope.receivedAt,
    device: [decoded.device?.manufacturer, decoded.device?.model].filter(Boolean).join(' ') || undefined
  })
  const bound = bind(built, observationId, binding)
  const identified: StoredEcg = {
    ...bound,
    status,
    identifier: [
      { system: IDENTIFIER.tracing, value: observationId },
      { system: IDENTIFIER.source, value: decoded.businessKey },
      ...(decoded.fillerOrderNumber
        ? [{ system: `${IDENTIFIER.source}:filler`, value: decoded.fillerOrderNumber }]
        : [])
    ],
    ...(decoded.paced ? { interpretation: [{ coding: [HIS['pacing-spikes']] }] } : {}),
    ...(decoded.statements?.length ? { note: decoded.statements.map((text) => ({ text })) } : {})
  }
  if (unchanged) return
  writes.put({ resource: document })
  writes.put({ resource: decoded.synthetic ? withTag(identified, TAG.synthetic) : identified })
}

async function twinOf(
  context: MessageContext,
  binding: Binding,
  decoded: DecodedWaveform,
  tracing: Waveform
): Promise<StoredEcg | undefined> {
  const at = decoded.acquiredAt.instant
  if (!at) return undefined
  const time = Date.parse(at)
  const [from, to] = [-1, 1].map((side) => new Date(time + side * SAME_ACQUISITION_MS).toISOString())
  const query = `Observation?patient=${binding.subject}&code=http://loinc.org|11524-6&date=ge${from}&date=le${to}&_count=20`
  for (const candidate of await context.deps.store.search<StoredEcg>(query)) {
    if (candidate.status === 'entered-in-error') continue
    const stored = await waveformOf(context, candidate)
    if (stored && Math.abs(durationMs(stored) - durationMs(tracing)) < 1000 && isSameTracing(stored, tracing))
      return candidate
  }
  return undefined
}

async function waveformOf(context: MessageContext, observation: StoredEcg): Promise<Waveform | undefined> {
  const { store, blobs } = context.deps
  const id = observation.derivedFrom
    ?.find(({ reference }) => reference?.startsWith('DocumentReference/'))
    ?.reference?.split('/')[1]
  const document = id ? await store.read<DocumentReference>('DocumentReference', id) : undefined
  const sha256 = document && blobOfDocument(document)
  return sha256 ? decodeWaveformBlob(await blobs.get(sha256)) : undefined
}
