import { readWfdbRecord } from '../../server/inference/recording.ts'
import { readRecordingFile } from '../../server/inference/recording-file.ts'
import { dataPath, dataTest } from '../support/data.ts'
import { listedUnder } from './sources.ts'

const headers = (prefix: string): string[] => listedUnder(prefix).filter((path) => path.endsWith('.hea'))

dataTest(
  'every record of LUDB, PTB-XL and MIT-BIH has the checksums of its header',
  async () => {
    const counts: Record<string, number> = {}
    for (const set of ['ecg/ludb/data/', 'ecg/ptbxl/records500/', 'ecg/mitdb/']) {
      for (const path of headers(set)) {
        const { withoutChecksums, header, signals } = await readWfdbRecord(dataPath(...path.split('/')))
        expect({ path, withoutChecksums, signals: signals.length }).toEqual({
          path,
          withoutChecksums: false,
          signals: header.signals.length
        })
        counts[set] = (counts[set] ?? 0) + 1
      }
    }
    expect(counts).toEqual({ 'ecg/ludb/data/': 150, 'ecg/ptbxl/records500/': 353, 'ecg/mitdb/': 24 })
  },
  120_000
)

dataTest('a header whose signal file is not there is refused by code', async () => {
  const [night] = headers('sleep/apnea_ecg/')
  await expect(
    readRecordingFile(dataPath(...night!.split('/')), { formats: undefined as never, receivedAt: '' })
  ).rejects.toMatchObject({ code: 'BAD_REQUEST', reason: 'file-missing' })
})
