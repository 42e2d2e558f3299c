import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { dataPath, haveData } from '../../../test/support/data.ts'
import { readGolden } from '../../runtime/golden.ts'
import { SHIPPED_MODELS } from '../../runtime/runtime.ts'
import { featuresOf, featureTensor } from './features.ts'
import type { CapIcuInput, Features, StayValue } from './types.ts'

const FOLDERS = ['icu-mortality-1', 'icu-mortality-48h-1']
const SET_A = 'icu/challenge2012_set_a/set_a.csv.gz'
const UNIT_KINDS = [undefined, 'coronary', 'cardiac-surgery', 'medical', 'surgical'] as const
const VARIABLES = (
  JSON.parse(readFileSync(new URL('./variables.json', import.meta.url), 'utf8')) as {
    variables: { key: string; plausible: [number, number]; challenge: string[]; challengeFactor?: number }[]
  }
).variables

const json = <T>(...path: string[]): T => JSON.parse(readFileSync(join(SHIPPED_MODELS, ...path), 'utf8')) as T
const value = (variable: string, hours: number, number: number): StayValue => ({ variable, hours, value: number })
const stay = (values: StayValue[], windowHours = 24): CapIcuInput => ({ moment: '24h', windowHours, values })

/** The features that one side has and the other has not, or has otherwise. */
function differences(actual: Features, expected: Features): string[] {
  const names = new Set([...Object.keys(actual), ...Object.keys(expected)])
  return [...names].filter((name) => {
    const [a, b] = [actual[name], expected[name]]
    return a == null || b == null ? a !== b : Math.abs(a - b) > 1e-9 * Math.max(1, Math.abs(b))
  })
}

/** A stay of the challenge's file in canonical units; as variables.json names them. */
function stayOfSetA(record: string, windowHours: number): { input: CapIcuInput; sha256: string } {
  const lines = setA().filter((line) => line.startsWith(`${record},`))
  const rows = lines.map((line) => line.split(','))
  const general = (name: string): number => Number(rows.find(([, , parameter]) => parameter === name)![3])
  const values = rows.flatMap(([, time = '', parameter = '', text]) => {
    const known = VARIABLES.find(({ challenge }) => challenge.includes(parameter))
    const [hours, minutes] = time.split(':').map(Number)
    return known ? [value(known.key, hours! + minutes! / 60, Number(text) * (known.challengeFactor ?? 1))] : []
  })
  const content = [`${record},`, ...new Set(lines.map((line) => line.slice(record.length + 1)).sort())].join('\n')
  return {
    input: {
      moment: windowHours === 24 ? '24h' : '48h',
      windowHours,
      age: general('Age'),
      unitKind: UNIT_KINDS[general('ICUType')],
      values
    },
    sha256: createHash('sha256').update(content).digest('hex')
  }
}
let lines: string[] | undefined
function setA(): string[] {
  lines ??= gunzipSync(readFileSync(dataPath(SET_A)))
    .toString('utf8')
    .split('\n')
  return lines
}

describe.each(FOLDERS)('features for %s', (folder) => {
  const { inputs } = json<{ inputs: { features: string[] }[] }>(folder, 'model.json')
  const names = inputs[0]!.features
  const windowHours = folder.includes('48h') ? 48 : 24

  test('are those that Python makes of the same simulated stays', async () => {
    const simulated = (await readGolden({ dir: join(SHIPPED_MODELS, folder) }))!.vectors.filter(
      ({ kind }) => kind === 'simulated'
    )
    expect(simulated).toHaveLength(8)
    for (const vector of simulated) {
      const { input, features } = json<{ input: CapIcuInput; features: Features }>(folder, 'golden', vector.stay!)
      expect(differences(featuresOf(input), features)).toEqual([])
      const bytes = readFileSync(join(SHIPPED_MODELS, folder, 'golden', vector.input!))
      const row = Float32Array.from(names, (_, i) => bytes.readFloatLE(4 * i))
      expect(featureTensor(featuresOf(input), names)).toEqual(row)
    }
  })

  ;(haveData ? test : test.skip)('are those that Python makes of real stays (needs the data folder)', async () => {
    const real = (await readGolden({ dir: join(SHIPPED_MODELS, folder) }))!.vectors.filter(
      ({ kind }) => kind === 'real'
    )
    expect(real).toHaveLength(2)
    for (const { record, sha256, features } of real) {
      const found = stayOfSetA(record!, windowHours)
      expect(found.sha256).toBe(sha256)
      const made = featuresOf(found.input)
      const some = Object.fromEntries(Object.keys(features!).map((name) => [name, made[name]!]))
      expect(differences(some, features!)).toEqual([])
    }
  })

  test('hold every input of the model', () => {
    const values = VARIABLES.flatMap(({ key, plausible: [low, high] }) =>
      [1, 12, windowHours - 1].map((hours) => value(key, hours, (low + high) / 2))
    )
    const features = featuresOf({ moment: 'request', windowHours, age: 60, unitKind: 'medical', values })
    expect(names.filter((name) => features[name] === undefined)).toEqual([])
  })
})

// By hand from the definitions in features.ts.
test('takes first, last, extremes, hourly means and the share of low hours', () => {
  const features = featuresOf(
    stay([
      value('mean-arterial-pressure', 0.2, 50),
      value('mean-arterial-pressure', 0.8, 70),
      value('mean-arterial-pressure', 20, 90),
      value('mean-arterial-pressure', 23, 70),
      value('mean-arterial-pressure', 24, 200)
    ])
  )
  expect(features).toMatchObject({
    'mean-arterial-pressure.first': 50,
    'mean-arterial-pressure.last': 70,
    'mean-arterial-pressure.min': 50,
    'mean-arterial-pressure.max': 90,
    'mean-arterial-pressure.change': 20,
    'mean-arterial-pressure.early': 60,
    'mean-arterial-pressure.late': 80,
    'mean-arterial-pressure.low': 1 / 3
  })
  expect(features['mean-arterial-pressure.mean']).toBeCloseTo((60 + 90 + 70) / 3, 12)
})

test('takes the mean of two values of one instant', () => {
  expect(featuresOf(stay([value('glucose', 1, 100), value('glucose', 1, 140)]))['glucose.last']).toBe(120)
})

test('sums urine, and gives it by the hour and by weight', () => {
  const features = featuresOf(stay([value('urine', 1, 300), value('urine', 20, 180), value('weight', 0, 80)]))
  expect(features).toMatchObject({ 'urine.sum': 480, 'urine.rate': 20, 'urine.late': 30, 'urine.per-kg': 0.25 })
})

test('puts PaO2 over the fraction last set, and none before the first', () => {
  const features = featuresOf(
    stay([
      value('pao2', 1, 90),
      value('fio2', 2, 50),
      value('pao2', 3, 100),
      value('fio2', 4, 40),
      value('pao2', 5, 60)
    ])
  )
  expect(features).toMatchObject({ 'pf-ratio.min': 150, 'pf-ratio.last': 150 })
})

test('does not use a value outside its plausible range, of an unknown variable, or outside the window', () => {
  expect(featuresOf(stay([value('ph', 1, 735), value('moon', 1, 3), value('glucose', -1, 100)]))).toEqual({})
})

test('passes a row of a table on, with the person beside it', () => {
  const features = featuresOf({ moment: 'request', windowHours: 72, age: 61, features: { crea: 2.5, age: 60 } })
  expect(features).toEqual({ crea: 2.5, age: 60 })
})

test('compares rows of SUPPORT2 by an organ score of what is known', () => {
  // Vincent 1996 by hand: creatinine 2.5 gives 2, bilirubin 1.5 gives 1, mean pressure 60 gives 1.
  const row = { crea: 2.5, bili: 1.5, meanbp: 60 }
  expect(featuresOf({ moment: 'request', windowHours: 72, features: row })['sofa.partial']).toBe(4)
})

test('gives the same whatever the order of the values and however often one is repeated', () => {
  const values = fc.array(
    fc.record({
      variable: fc.constantFrom(
        'heart-rate',
        'systolic-pressure',
        'creatinine',
        'urine',
        'pao2',
        'fio2',
        'ventilation',
        'gcs'
      ),
      hours: fc.double({ min: -2, max: 26, noNaN: true }),
      value: fc.oneof(fc.double({ min: -10, max: 800, noNaN: true }), fc.constantFrom(1, 40, 100))
    }),
    { maxLength: 40 }
  )
  fc.assert(
    fc.property(values, fc.infiniteStream(fc.nat()), (given, random) => {
      const shuffled = [...given, ...given.slice(0, 5)]
        .map((one) => ({ one, at: random.next().value as number }))
        .sort((a, b) => a.at - b.at)
        .map(({ one }) => one)
      const features = featuresOf(stay(shuffled))
      expect(features).toEqual(featuresOf(stay(given)))
      expect(Object.values(features).every(Number.isFinite)).toBe(true)
    }),
    { numRuns: 200, seed: 6 }
  )
})

test('makes NaN of what is missing or no finite number', () => {
  const row = featureTensor({ a: 1.5, b: null, d: Number.POSITIVE_INFINITY }, ['a', 'b', 'c', 'd'])
  expect([...row]).toEqual([1.5, Number.NaN, Number.NaN, Number.NaN])
})
