import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { zipSync } from 'fflate'
import type { EncodableRecording } from '../../core/format.ts'
import { temporaryFolder } from '../../test/hostile/temporary-folder.ts'
import { simulatedRecording, withGap } from '../../test/support/simulated-recording.ts'
import { FORMATS_DIR } from '../app/discover.ts'
import { cartEcg } from '../demo/messages.ts'
import { simulateEcg } from '../demo/simulate/ecg.ts'
import { type Formats, loadFormats } from '../pipeline/formats.ts'
import { lossesOf } from './losses.ts'
import { readRecordingBytes, readRecordingFile } from './recording-file.ts'

const folder = temporaryFolder()
afterAll(() => folder.remove())

let formats: Formats
beforeAll(async () => {
  formats = await loadFormats(FORMATS_DIR)
})

const options = () => ({ formats, receivedAt: '2026-03-10T07:20:00.000Z' })
const encoded = (as: string, recording: EncodableRecording) => formats.writers.get(as)!.encode(recording, 'r1')
const read = (bytes: Uint8Array) => readRecordingBytes(Buffer.from(bytes), 'file', options())

test('every writer has a name, and its file is read back by the reader that its bytes call for', async () => {
  expect([...formats.writers.keys()].sort()).toEqual(['aecg', 'csv', 'dicom', 'edf', 'fhir', 'wfdb'])
  const recording = withGap(simulatedRecording(), 4, 100, 200)
  const source = { recording, subject: recording.subject, sha256: '', more: 0 }
  for (const as of formats.writers.keys()) {
    const files = encoded(as, recording)
    const bytes =
      files.length === 1
        ? files[0]!.bytes
        : zipSync(Object.fromEntries(files.map(({ extension, bytes }) => [`r1${extension}`, new Uint8Array(bytes)])))
    const { fidelity } = lossesOf(source, await read(gzipSync(bytes)))
    expect({ as, ...fidelity }).toMatchObject({ as, leadsLost: [], leadsMoved: [], rateHz: 0, missing: 0, startMs: 0 })
    expect(fidelity.lsb).toBeLessThan(0.01)
    expect(fidelity.resolution).toBeLessThan(1e-6)
  }
})

test('reads a .hea with its files beside it, its age, and a start that nobody states', async () => {
  const record = join(folder.dir, 'set')
  mkdirSync(record)
  writeFileSync(join(record, 'a.hea'), 'a 1 250 2\na.dat 16 200 16 0 1 3 0 II\n# <age>: 77\n')
  writeFileSync(join(record, 'a.dat'), new Uint8Array(Int16Array.of(1, 2).buffer))
  const file = await readRecordingFile(join(record, 'a.hea'), options())
  expect(file).toMatchObject({ age: 77, more: 0, recording: { acquiredAt: { text: '' } } })
  expect(file.recording.waveforms[0]!.samples[0]).toEqual(Float64Array.of(0.005, 0.01))
  expect((await read(Buffer.from('# rateHz: 100\nI [mV],II [mV]\n1,2\n'))).recording.acquiredAt.instant).toBeUndefined()
})

test('reads the tracing of an HL7 v2 message, and the file inside one', async () => {
  const patient = {
    mrn: '5',
    family: 'M',
    given: 'M',
    birthDate: '1960-01-01',
    sex: 'M',
    visit: 'V',
    ward: 'W'
  } as const
  const at = new Date('2026-03-05T09:00:00Z')
  const header = { type: ['ORU', 'W01', 'ORU_R01'], controlId: 'C', sender: 'S', at } as never
  const oru = cartEcg(patient, simulateEcg({ seed: 3 }), { filler: 'E', acquiredAt: at }, header)
  expect((await read(oru)).recording.waveforms[0]!.leads).toHaveLength(12)
  const dicom = Buffer.from(encoded('dicom', simulatedRecording({ leads: ['I'], seconds: 1 }))[0]!.bytes)
  const message = [
    'MSH|^~\\&|A|B|C|D|20260305090000||ORU^R01|7|P|2.5.1',
    'PID|1||5^^^H^MR||M^M',
    'OBR|1||F1|11524-6^EKG^LN|||20260305090000',
    `OBX|1|ED|11524-6^EKG^LN||^application^dicom^Base64^${dicom.toString('base64')}||||||F`
  ].join('\r')
  expect((await read(Buffer.from(message))).recording.waveforms[0]!.leads.map(({ name }) => name)).toEqual(['I'])
})

test.each<[string, string, () => Promise<unknown>]>([
  ['BAD_REQUEST', 'file-missing', () => readRecordingFile(join(folder.dir, 'no.dcm'), options())],
  ['BAD_REQUEST', 'file-missing', () => readRecordingFile(join(folder.dir, 'no.hea'), options())],
  ['DECODE_FAILED', 'gzip', () => read(Buffer.from([0x1f, 0x8b, 1, 2, 3]))],
  ['BAD_REQUEST', 'no-waveform-in-file', () => read(Buffer.from('{"resourceType":"Patient"}'))]
])('refuses with %s, %s', async (code, reason, work) => {
  await expect(work()).rejects.toMatchObject({ code, reason })
})

test('says what a file does not hold', () => {
  const recording = withGap(simulatedRecording({ leads: ['I', 'II'] }), 0, 1, 3)
  const [waveform] = recording.waveforms
  const source = { recording: { ...recording, waveforms: [waveform!, waveform!] }, subject: recording.subject, more: 1 }
  const back = {
    recording: {
      ...recording,
      statements: [],
      device: {},
      synthetic: false,
      acquiredAt: { ...recording.acquiredAt, instant: '2026-03-05T09:20:30.000Z' },
      waveforms: [
        {
          ...waveform!,
          rateHz: 250,
          leads: [{ ...waveform!.leads[0]!, mdc: 9 }],
          samples: [waveform!.samples[0]!.map((mv) => (Number.isNaN(mv) ? 0 : mv + 0.005))]
        }
      ]
    },
    subject: { identifiers: [{ value: 'T-100' }], family: 'Testmann', given: ['Anne'], sex: 'female' as const },
    more: 0
  }
  const { losses } = lossesOf({ ...source, sha256: '', age: 50 }, { ...back, sha256: '' })
  expect(losses).toEqual([
    '1 further recordings of the file are not converted',
    'leads left out: II',
    'leads under another code: I',
    'samples differ by up to 2.00 steps (5.00 uV)',
    'the rate differs by -250 Hz',
    '2 samples are missing in one of the two (of 1 gaps)',
    'the start differs by -500 ms',
    'not kept of the person: authority, accents of the name, birth date',
    '1 further waveforms are left out (median beat, other rates or units)',
    '1 statements are changed or left out',
    'the device is changed or left out',
    'the mark of synthetic data is not kept: say so to whoever gets the file'
  ])
  expect(lossesOf({ ...source, sha256: '' }, { ...source, sha256: '' }).losses).toEqual([
    '1 further recordings of the file are not converted',
    "1 gaps are written as the target's mark for a missing sample"
  ])
})
