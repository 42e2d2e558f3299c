import type { DocumentReference, Observation } from '@medplum/fhirtypes'
import { parseDicomAddress } from '../../dicom/net/peer.ts'
import { sendInstances } from '../../dicom/net/scu.ts'
import { blobOfDocument, waveformOfEcgObservation } from '../../fhir-profiles/index.ts'
import { createFileBlobStore } from '../../server/blobs/file-blob-store.ts'
import { decodeWaveformBlob } from '../../server/record/waveform-blob.ts'
import { dataTest } from '../support/data.ts'
import { buildWorld } from '../support/world.ts'
import { uidsOf } from './play-cine.ts'
import { readSource } from './sources.ts'
import { settledStory } from './stories.ts'

const FOLDER = 'ecg/formats/ecgtoolkit/'
/** The aECG of the same tracing states the step of its digits. */
const STEP_UV = 2.5

/** Digits of the aECG's first twelve sequences (the rhythm), by upper-case lead name. */
function rhythmDigits(xml: string): Map<string, number[]> {
  const sequences = [
    ...xml.matchAll(/"MDC_ECG_LEAD_([A-Z0-9]+)"[\s\S]*?<scale value="2.5" unit="uV"[\s\S]*?<digits>([^<]*)</g)
  ].slice(0, 12)
  return new Map(sequences.map(([, lead, digits]) => [lead!, digits!.trim().split(/\s+/).map(Number)]))
}

describe("ECGToolkit's DICOM ECG through DIMSE", () => {
  dataTest(
    'is stored with the digits that the aECG file of the same tracing holds',
    async () => {
      const world = await buildWorld({ mode: 'shadow' })
      try {
        const file = readSource(`${FOLDER}Example.dcm`)
        const digits = rhythmDigits(readSource(`${FOLDER}Example.xml`).toString('utf8'))
        const [sent] = await sendInstances(parseDicomAddress(world.address('dicom')), [file])
        expect(sent?.outcome).toBe('stored')
        const story = await settledStory(world, uidsOf(file).sopInstanceUid)
        expect(story.state).toBe('recorded')
        const [observation, document] = await Promise.all(
          ['Observation/', 'DocumentReference/'].map((type) =>
            world.fhir<unknown>(story.resources.find((one) => one.startsWith(type))!)
          )
        )
        const blobs = await createFileBlobStore(`${world.dataDir}/blobs`)
        const blob = decodeWaveformBlob(await blobs.get(blobOfDocument(document as DocumentReference)!))
        const sampled = waveformOfEcgObservation(observation as Observation)!
        let worstLsb = 0
        let compared = 0
        for (const stored of [blob, sampled]) {
          expect([stored.rateHz, stored.leads.length]).toEqual([500, 12])
          stored.leads.forEach(({ name }, lead) => {
            const expected = digits.get(name.toUpperCase())!
            expect(stored.samples[lead]).toHaveLength(expected.length)
            expected.forEach((digit, n) => {
              worstLsb = Math.max(worstLsb, Math.abs((stored.samples[lead]![n]! * 1000) / STEP_UV - digit))
              compared++
            })
          })
        }
        process.stdout.write(
          `ecgtoolkit: ${compared} samples compared, largest distance in LSB ${worstLsb.toExponential(1)}\n`
        )
        expect(compared).toBe(2 * 12 * 5000)
        expect(worstLsb).toBeLessThan(0.001)
      } finally {
        await world.stop()
      }
    },
    60_000
  )
})
