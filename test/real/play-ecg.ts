import type { DocumentReference, Observation } from '@medplum/fhirtypes'
import type { Waveform } from '../../core/waveform.ts'
import { parseDicomAddress } from '../../dicom/net/peer.ts'
import { sendInstances } from '../../dicom/net/scu.ts'
import { blobOfDocument, waveformOfEcgObservation } from '../../fhir-profiles/index.ts'
import { createFileBlobStore } from '../../server/blobs/file-blob-store.ts'
import { decodeWaveformBlob } from '../../server/record/waveform-blob.ts'
import type { World } from '../support/world.ts'
import { asDicom } from './as-dicom.ts'
import { asHl7v2 } from './as-hl7v2.ts'
import type { EcgRecord } from './ecg-record.ts'
import type { Played } from './played.ts'
import { settledStory } from './stories.ts'
import { mllpPeer } from './wire.ts'

export type Way = 'dicom' | 'hl7v2'

/** What was compared for one record, in least significant bits of its own converter. */
export interface EcgComparison {
  record: string
  first: Way
  samples: number
  /** Largest distance over all leads of the stored blob, by the way it came. */
  blobLsb: Record<Way, number>
  /** Of the SampledData of the one ECG Observation (written by the way that came first). */
  fhirLsb: number
}

/**
 * Plays one record by both ways as one tracing of one patient and compares what was stored with the record. Throws when a
 * message is not taken, or when the two ways did not become one Observation with two documents.
 */
export async function playBothWays(
  world: World,
  record: EcgRecord,
  played: Played,
  first: Way
): Promise<EcgComparison> {
  const ways: Way[] = first === 'dicom' ? ['dicom', 'hl7v2'] : ['hl7v2', 'dicom']
  const blobs = await createFileBlobStore(`${world.dataDir}/blobs`)
  const blobLsb = { dicom: Number.NaN, hl7v2: Number.NaN }
  const observations = new Set<string>()
  for (const way of ways) {
    const story = await settledStory(world, await (way === 'dicom' ? sendDicom : sendHl7v2)(world, record, played))
    if (story.state !== 'recorded') throw new Error(`${record.name} by ${way}: ${story.state} ${story.error?.code}`)
    const documentId = story.resources.find((one) => one.startsWith('DocumentReference/'))
    const document = await world.fhir<DocumentReference>(documentId ?? `${record.name} by ${way} has no document`)
    const stored = decodeWaveformBlob(await blobs.get(blobOfDocument(document) ?? ''))
    blobLsb[way] = distanceLsb(record, stored)
    for (const one of story.resources) if (one.startsWith('Observation/')) observations.add(one)
    for (const { reference } of document.context?.related ?? []) if (reference) observations.add(reference)
  }
  if (observations.size !== 1) throw new Error(`${record.name}: ${observations.size} Observations for one tracing`)
  const sampled = waveformOfEcgObservation(await world.fhir<Observation>([...observations][0]!))
  if (!sampled) throw new Error(`${record.name}: no SampledData`)
  return {
    record: record.name,
    first,
    samples: record.counts.reduce((sum, lead) => sum + lead.length, 0),
    blobLsb,
    fhirLsb: distanceLsb(record, sampled)
  }
}

/** Largest distance of any sample from the record in its own steps; leads are matched by number, all must be there. */
export function distanceLsb(record: EcgRecord, stored: Waveform): number {
  if (stored.rateHz !== record.waveform.rateHz) throw new Error(`${record.name}: rate ${stored.rateHz}`)
  if (stored.leads.length !== record.waveform.leads.length) throw new Error(`${record.name}: leads`)
  let largest = 0
  for (const [i, lead] of record.waveform.leads.entries()) {
    const at = stored.leads.findIndex(({ mdc }) => mdc === lead.mdc)
    const [mine, theirs] = [record.waveform.samples[i]!, stored.samples[at] ?? new Float64Array()]
    if (lead.mdc === undefined || theirs.length !== mine.length) throw new Error(`${record.name}: lead ${lead.name}`)
    for (let n = 0; n < mine.length; n++) {
      const distance = Math.abs(theirs[n]! - mine[n]!) / lead.resolution
      if (Number.isNaN(mine[n]) !== Number.isNaN(theirs[n])) throw new Error(`${record.name}: missing samples differ`)
      if (distance > largest) largest = distance
    }
  }
  return largest
}

async function sendDicom(world: World, record: EcgRecord, played: Played): Promise<string> {
  const peer = parseDicomAddress(world.address('dicom'))
  const [result] = await sendInstances(peer, [asDicom(record, played)])
  if (result?.outcome !== 'stored') throw new Error(`${record.name}: C-STORE ${result?.outcome} ${result?.status}`)
  return `${played.uid}.3`
}

async function sendHl7v2(world: World, record: EcgRecord, played: Played): Promise<string> {
  const peer = await mllpPeer(world.address('hl7'))
  try {
    const reply = await peer.exchange(asHl7v2(record, played))
    if (!reply.includes(`\rMSA|AA|${played.controlId}`)) throw new Error(`${record.name}: ${reply.split('\r')[1]}`)
    return played.controlId
  } finally {
    peer.close()
  }
}
