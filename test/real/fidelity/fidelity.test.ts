import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { jest } from '@jest/globals'
import { FORMATS_DIR } from '../../../server/app/discover.ts'
import { convert } from '../../../server/cli/convert.ts'
import { compareRecordings } from '../../../server/inference/compare-recordings.ts'
import { readRecordingFile } from '../../../server/inference/recording-file.ts'
import { type Formats, loadFormats } from '../../../server/pipeline/formats.ts'
import { temporaryFolder } from '../../hostile/temporary-folder.ts'
import { dataPath, dataTest } from '../../support/data.ts'
import { between, type Passage, printRows, rowOf, through } from './rows.ts'
import { EXAMPLES, reading, sources } from './sources.ts'

const PER_SET = 4

let formats: Formats
beforeAll(async () => {
  formats = await loadFormats(FORMATS_DIR)
})

dataTest(
  'real recordings go through every format within one step, at their rate and time, and lose no lead of the table',
  async () => {
    const targets = [...formats.writers.keys()].sort()
    const passages: Passage[] = []
    for await (const source of sources(formats, PER_SET)) {
      for (const to of targets) passages.push(await through(formats, source, to))
    }
    const rows = targets.map((to) =>
      rowOf(
        to,
        passages.filter((one) => one.to === to)
      )
    )
    console.info(printRows(rows))
    for (const row of rows) {
      expect({ to: row.to, enough: row.n >= 2 * PER_SET + 5 }).toEqual({ to: row.to, enough: true })
      expect({ to: row.to, lsb: row.lsb <= 1 }).toEqual({ to: row.to, lsb: true })
      expect(row).toMatchObject({ missing: 0, rateHz: 0, startMs: 0 })
      // A monitor lead has no code in FHIR.
      expect(row.leads.filter((lead) => !/^(?:MLII|ECG|channel)/.test(lead))).toEqual([])
      expect(row.patient.filter((field) => field !== 'authority' && field !== 'accents of the name')).toEqual([])
    }
    // Steps are kept to the last bit but one where the container has a field for them.
    expect(rows.filter(({ to }) => to !== 'edf').every(({ resolution }) => resolution < 1e-9)).toBe(true)
  },
  300_000
)

dataTest('one tracing is the same to the last bit out of SCP-ECG, DICOM and aECG', async () => {
  const [scp, dicom, aecg] = await Promise.all(
    EXAMPLES.map((path) => readRecordingFile(dataPath(...path.split('/')), reading(formats)))
  )
  for (const pair of [between(scp!, dicom!), between(scp!, aecg!), between(dicom!, aecg!)]) {
    expect(pair).toMatchObject({ lsb: 0, missing: 0, resolution: 0, rateHz: 0, startMs: 0 })
    expect(pair).toMatchObject({ leadsLost: [], leadsMoved: [] })
    expect(pair.patient.filter((field) => field !== 'authority')).toEqual([])
  }
})

dataTest(
  'the command gives the same files as the writers: out of every container into every format and back',
  async () => {
    const { dir, remove } = temporaryFolder()
    const write = jest.spyOn(process.stdout, 'write').mockImplementation(() => true)
    const warn = jest.spyOn(process.stderr, 'write').mockImplementation(() => true)
    try {
      for (const path of [...EXAMPLES, 'ecg/ludb/data/7.hea', 'ecg/formats/philips_sierra/129DYPRG.XML']) {
        const from = dataPath(...path.split('/'))
        const source = await readRecordingFile(from, reading(formats))
        for (const to of formats.writers.keys()) {
          const out = join(dir, `${to}.out`)
          expect(await convert.run([from, '--to', to, '--out', out])).toBe(0)
          const written = to === 'wfdb' ? join(dir, 'wfdb.hea') : out
          expect(existsSync(written)).toBe(true)
          const { lsb, missing, leadsLost } = compareRecordings(
            source,
            await readRecordingFile(written, reading(formats))
          )
          expect({ path, to, lsb: lsb <= 1, missing, leadsLost }).toEqual({
            path,
            to,
            lsb: true,
            missing: 0,
            leadsLost: []
          })
        }
      }
    } finally {
      write.mockRestore()
      warn.mockRestore()
      remove()
    }
  },
  120_000
)
