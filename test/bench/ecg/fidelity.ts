import { FORMATS_DIR } from '../../../server/app/discover.ts'
import { readRecordingFile } from '../../../server/inference/recording-file.ts'
import { loadFormats } from '../../../server/pipeline/formats.ts'
import { between, type Passage, printRows, rowOf, through } from '../../real/fidelity/rows.ts'
import { EXAMPLES, reading, sources } from '../../real/fidelity/sources.ts'
import { dataPath } from '../../support/data.ts'

// node test/bench/ecg/fidelity.ts [records of LUDB and of PTB-XL each, default 30]
// Real recordings through every writer and back through the reader that the bytes call for; then one tracing out of the three
// containers of the data folder. Largest differences: samples in steps of the source (LSB) and uV, gain as relative difference.
const perSet = Number(process.argv[2] ?? 30)
const formats = await loadFormats(FORMATS_DIR)
const passages = new Map([...formats.writers.keys()].sort().map((to): [string, Passage[]] => [to, []]))
for await (const source of sources(formats, perSet)) {
  for (const [to, list] of passages) list.push(await through(formats, source, to))
}
process.stdout.write(`${printRows([...passages].map(([to, list]) => rowOf(to, list)))}\n\n`)

const files = await Promise.all(
  EXAMPLES.map((path) => readRecordingFile(dataPath(...path.split('/')), reading(formats)))
)
for (const [i, j] of [
  [0, 1],
  [0, 2],
  [1, 2]
] as const) {
  const [a, b] = [EXAMPLES[i]!, EXAMPLES[j]!].map((path) => path.slice(path.lastIndexOf('/') + 1))
  process.stdout.write(`${a} against ${b}: ${JSON.stringify(between(files[i]!, files[j]!))}\n`)
}
