import { basename } from 'node:path'
import type { RecordingFile } from '../../../server/inference/recording-file.ts'
import { readRecordingFile } from '../../../server/inference/recording-file.ts'
import type { Formats } from '../../../server/pipeline/formats.ts'
import { dataPath } from '../../support/data.ts'
import { recordPaths } from '../ecg-record.ts'

export interface Source {
  name: string
  path: string
  file: RecordingFile
}

/** One tracing in three containers (data README, ecg/formats). */
export const EXAMPLES = ['Example.scp', 'Example.dcm', 'Example.xml'].map((name) => `ecg/formats/ecgtoolkit/${name}`)

const OTHERS = [
  'ecg/formats/liryc_aecg/hl7aecg_example.xml',
  'ecg/formats/fda_aecg/subject1_0.xml',
  'ecg/formats/philips_sierra/129DYPRG.XML',
  'ecg/formats/healforce_scp/62.SCP',
  'ecg/formats/edf/test_subsecond.edf',
  'ecg/mitdb/101.hea'
]

/** A person and a time for records that state none, so that the way of these fields is tested too. */
const LENT = {
  subject: {
    identifiers: [{ value: 'R-4711', authority: 'HOSP' }],
    family: 'Möller',
    given: ['Ana', 'María'],
    birthDate: '1949-11-30',
    sex: 'female' as const
  },
  acquiredAt: { instant: '2026-02-28T23:59:58.250Z', text: '2026-02-28T23:59:58.250Z', precision: 'fraction' as const }
}

const READ_AT = '2026-03-01T00:00:00.000Z'
export const reading = (formats: Formats) => ({ formats, receivedAt: READ_AT })

/** Real recordings: records of LUDB and PTB-XL spread over the sets, and one of every other container. */
export async function* sources(formats: Formats, perSet: number): AsyncGenerator<Source> {
  const paths = [...recordPaths('ludb', perSet), ...recordPaths('ptbxl', perSet), ...EXAMPLES, ...OTHERS]
  for (const path of paths) {
    const file = await readRecordingFile(dataPath(...path.split('/')), reading(formats))
    yield { name: basename(path), path: dataPath(...path.split('/')), file: lent(file) }
  }
}

/** Fields that are stated stay; an age cannot become a birth date. */
function lent(file: RecordingFile): RecordingFile {
  const { acquiredAt, waveforms } = file.recording
  const start = acquiredAt.instant ? acquiredAt : LENT.acquiredAt
  const subject = file.subject?.identifiers.length ? file.subject : LENT.subject
  const started = waveforms.map((waveform) => ({ ...waveform, startedAt: start }))
  return { ...file, subject, recording: { ...file.recording, acquiredAt: start, waveforms: started } }
}
