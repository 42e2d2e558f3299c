import { breaches } from './breaches.ts'
import { parse, productSources } from './regular-expressions.ts'

/** Where a rule is broken on purpose, and why that is no way in. */
const ALLOWED: Readonly<Record<string, string>> = {
  'adapters/ecg/xml/parse.ts library':
    'the one door to XML: any DOCTYPE refused, depth and width bounded (test/hostile/xml.test.ts)',
  'adapters/formats/wfdb/zip.ts library':
    'only the entries of one record, counted and bounded before they are inflated (test/hostile/zips.test.ts)',
  'adapters/hl7v2/observation/haemolysis.ts expression-of-data':
    'a pattern of the site, from its configuration; runs in a decode worker under its time limit',
  'adapters/kafka/request-queue.ts import-of-data': 'createRequire for one literal file of kafkajs',
  'adapters/kafka/request-queue.ts module': 'the same',
  'server/bus/kafka/log-scanner.ts import-of-data': 'createRequire for two literal files of kafkajs',
  'server/bus/kafka/log-scanner.ts module': 'the same',
  'bin/hisbundle.mjs module': 'starts the pinned Node with the arguments as a list, without a shell',
  'fhir-profiles/build/compile.ts module': 'runs the FSH compiler when the guide is built, never in the server',
  'inference/runtime/worker.ts import-of-data': 'plug-in discovery: folders of inference/modules',
  'server/app/discover.ts import-of-data': 'plug-in discovery: a name that is a folder of ours',
  'server/pipeline/formats.ts import-of-data': 'plug-in discovery: folders of adapters/formats',
  'server/cli/bench.ts import-of-data': 'a name that is one of the rows of test/bench'
}

describe('static rules (A3-27, 28, 29)', () => {
  test('no source runs text, loads by a name from data, unpacks archives or reads XML elsewhere, or builds an expression from data', () => {
    const found = productSources().flatMap((path) => breaches(parse(path)))
    const kinds = [...new Set(found.map(({ at, rule }) => `${at.replace(/:\d+$/, '')} ${rule}`))]
    expect(kinds.filter((kind) => !(kind in ALLOWED))).toEqual([])
    // What is allowed and no longer there is taken from the list.
    expect(Object.keys(ALLOWED).filter((kind) => !kinds.includes(kind))).toEqual([])
  })

  test('every rule is seen to be broken by the stub', () => {
    const found = breaches(parse('test/hostile/static-rules.vulnerable.ts'))
    expect(found.map(({ at, rule }) => `${at.split(':')[1]} ${rule}`)).toEqual([
      '2 module',
      '3 module',
      '4 library',
      '5 library',
      '8 evaluates-text',
      '9 evaluates-text',
      '11 evaluates-text',
      '12 import-of-data',
      '13 import-of-data',
      '14 timer-of-text',
      '15 expression-of-data'
    ])
  })
})
