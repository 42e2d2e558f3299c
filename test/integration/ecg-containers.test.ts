import type { DocumentReference, Observation, Patient } from '@medplum/fhirtypes'
import { zipSync } from 'fflate'
import type { EncodableRecording } from '../../core/format.ts'
import { authoritySystem } from '../../fhir-profiles/index.ts'
import { FORMATS_DIR } from '../../server/app/discover.ts'
import { type Formats, loadFormats } from '../../server/pipeline/formats.ts'
import { simulatedRecording, withGap } from '../support/simulated-recording.ts'
import { buildWorld, type World } from '../support/world.ts'

/** One recording in every container that we write, posted as files. */
let world: World
let formats: Formats
beforeAll(async () => {
  formats = await loadFormats(FORMATS_DIR)
  world = await buildWorld({ mode: 'off' })
})
afterAll(() => world?.stop())

const of = (id: string, options?: Parameters<typeof simulatedRecording>[0]): EncodableRecording => {
  const recording = withGap(simulatedRecording(options), 1, 50, 80)
  return { ...recording, subject: { ...recording.subject, identifiers: [{ value: id, authority: 'HOSP' }] } }
}

/** As one file; the files of a record go into a zip. */
function fileOf(as: string, recording: EncodableRecording): Uint8Array<ArrayBuffer> {
  const files = formats.writers.get(as)!.encode(recording, 'r1')
  if (files.length === 1) return Uint8Array.from(files[0]!.bytes)
  return Uint8Array.from(
    zipSync(Object.fromEntries(files.map(({ extension, bytes }) => [`r1${extension}`, new Uint8Array(bytes)])))
  )
}

async function post(body: Uint8Array<ArrayBuffer>): Promise<unknown> {
  const response = await fetch(`${world.http}/inbound/drop`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream', prefer: 'wait=10' },
    body
  })
  return response.json()
}

const patientOf = async (id: string): Promise<Patient> => {
  const found = await world.search<Patient>(
    `Patient?identifier=${encodeURIComponent(`${authoritySystem('HOSP')}|${id}`)}`
  )
  expect(found).toHaveLength(1)
  return found[0]!
}

const ecgsOf = async (id: string): Promise<Observation[]> =>
  world.search<Observation>(`Observation?patient=Patient/${(await patientOf(id)).id}&code=http://loinc.org|11524-6`)

test.each(['wfdb', 'edf', 'csv', 'dicom', 'fhir', 'aecg'])('%s, posted, becomes an ECG Observation', async (as) => {
  const id = `T-${as}`
  expect(await post(fileOf(as, of(id)))).toMatchObject({ state: 'recorded' })
  const [ecg, ...more] = await ecgsOf(id)
  expect(more).toEqual([])
  expect(new Date(ecg!.effectiveDateTime!).toISOString()).toBe('2026-03-05T09:20:30.500Z')
  expect(ecg!.component).toHaveLength(12)
  const data = ecg!.component![1]!.valueSampledData!.data!.split(' ')
  expect(data).toHaveLength(1000)
  expect(data.slice(50, 80)).toEqual(Array(30).fill('E'))
  expect(ecg!.component![0]!.valueSampledData!.data).not.toContain('E')
})

test('one tracing in six containers is one ECG, each container a document of it', async () => {
  // The same samples as the patients above have, a person of its own.
  for (const as of formats.writers.keys()) {
    expect({ as, answer: await post(fileOf(as, of('T-one', { seconds: 3 }))) }).toMatchObject({
      as,
      answer: { state: 'recorded' }
    })
  }
  const patient = await patientOf('T-one')
  expect(await ecgsOf('T-one')).toHaveLength(1)
  const documents = await world.search<DocumentReference>(`DocumentReference?patient=Patient/${patient.id}`)
  expect(documents).toHaveLength(formats.writers.size)
})

test.each<[string, string, () => Uint8Array<ArrayBuffer>]>([
  ['DECODE_FAILED', 'checksum', () => zip('1 0 II')],
  ['DECODE_FAILED', 'format', () => zip('3 0 II', '516')],
  ['TIME_UNUSABLE', 'absent', () => zip('3 0 II', '16', '')],
  ['UNIT_UNKNOWN', '', () => Uint8Array.from(Buffer.from('time [s],I,II\n0,1,2\n0.1,1,2\n'))]
])('what is broken is parked with %s %s', async (code, reason, make) => {
  expect(await post(make())).toMatchObject({ state: 'parked', error: { code, ...(reason ? { reason } : {}) } })
})

function zip(tail: string, format = '16', time = ' 10:20:30 05/03/2024'): Uint8Array<ArrayBuffer> {
  const header = `a 1 250 2${time}\na.dat ${format} 200 16 0 1 ${tail}\n`
  const data = new Uint8Array(Int16Array.of(1, 2).buffer)
  return Uint8Array.from(zipSync({ 'a.hea': Buffer.from(header), 'a.dat': data }))
}
