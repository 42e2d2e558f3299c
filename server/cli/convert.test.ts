import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { jest } from '@jest/globals'
import { temporaryFolder } from '../../test/hostile/temporary-folder.ts'
import { simulatedRecording } from '../../test/support/simulated-recording.ts'
import { FORMATS_DIR } from '../app/discover.ts'
import { loadFormats } from '../pipeline/formats.ts'
import { UsageError } from './command.ts'
import { convert } from './convert.ts'

const folder = temporaryFolder()
afterAll(() => folder.remove())
const at = (name: string): string => join(folder.dir, name)

/** Exit code, stdout and stderr of one call. */
async function called(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const texts = { out: '', err: '' }
  const spies = (['out', 'err'] as const).map((name) =>
    jest.spyOn(name === 'out' ? process.stdout : process.stderr, 'write').mockImplementation((text) => {
      texts[name] += String(text)
      return true
    })
  )
  try {
    return { code: await convert.run(args), ...texts }
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
}

beforeAll(async () => {
  const formats = await loadFormats(FORMATS_DIR)
  for (const { extension, bytes } of formats.writers.get('wfdb')!.encode(simulatedRecording(), 'source'))
    writeFileSync(at(`source${extension}`), bytes)
  writeFileSync(at('old.hea'), 'old 1 250 2\nold.dat 16 200 16 0 1 3 0 MLII\n# <age>: 77\n')
  writeFileSync(at('old.dat'), new Uint8Array(Int16Array.of(1, 2).buffer))
})

test('goes round through every format and comes back as it was', async () => {
  let path = at('source.hea')
  for (const [to, name] of [
    ['dicom', 'a.dcm'],
    ['aecg', 'a.xml'],
    ['csv', 'a.csv'],
    ['fhir', 'a.json'],
    ['edf', 'a.edf'],
    ['wfdb', 'back.hea']
  ] as const) {
    const { code, out } = await called(path, '--to', to, '--out', at(name))
    path = out.split('\n')[0]!
    expect({ code, path }).toEqual({ code: 0, path: at(name) })
  }
  expect(readFileSync(at('back.dat'))).toEqual(readFileSync(at('source.dat')))
})

test('names the file after its source in a folder, and says what the target lacks', async () => {
  const { code, out, err } = await called(at('old.hea'), '--to', 'dicom', '--out', `${at('new')}/`)
  expect({ code, out }).toEqual({ code: 0, out: `${at('new/old.dcm')}\n` })
  expect(err.split('\n')).toEqual([
    'hisbundle: the source states no start: 1970-01-01T00:00:00.000Z was written; name it with --acquired-at',
    'hisbundle: not kept of the person: age (no birth date is stated)',
    ''
  ])
  const json = await called(
    at('old.hea'),
    '--to',
    'csv',
    '--acquired-at',
    '2026-03-05T10:00:00+01:00',
    '--out',
    at('b.csv'),
    '--json'
  )
  expect(JSON.parse(json.out)).toMatchObject({ files: [at('b.csv')], losses: [expect.stringContaining('age')] })
  expect(readFileSync(at('b.csv'), 'utf8')).toContain('# start: 2026-03-05T09:00:00.000Z')
})

test.each<[string, string[]]>([
  ['no file', ['--to', 'csv']],
  ['two files', ['a', 'b', '--to', 'csv']],
  ['an unknown target', [at('source.hea'), '--to', 'scp']],
  ['a time without offset', [at('source.hea'), '--to', 'csv', '--acquired-at', '2026-03-05T10:00:00']]
])('is called wrongly with %s', async (_, args) => {
  await expect(called(...args)).rejects.toBeInstanceOf(UsageError)
})

test('never writes over its source', async () => {
  const before = readFileSync(at('source.dat'))
  await expect(called(at('source.hea'), '--to', 'wfdb', '--out', folder.dir)).rejects.toMatchObject({
    reason: 'overwrites-source'
  })
  expect(readFileSync(at('source.dat'))).toEqual(before)
})

test('writes nothing when a writer refuses', async () => {
  await expect(called(at('old.hea'), '--to', 'fhir', '--out', at('none.json'))).rejects.toMatchObject({
    code: 'WAVEFORM_INCONSISTENT'
  })
  expect(existsSync(at('none.json'))).toBe(false)
})
