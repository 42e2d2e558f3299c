import type { Observation, Quantity } from '@medplum/fhirtypes'
import type { RecordReader } from '../../../../core/record.ts'
import { collect } from './collect.ts'
import { convert } from './convert.ts'
import { readValues } from './read-value.ts'
import { VARIABLES, type Variable, variableLookup } from './variables.ts'

const lookup = variableLookup([{ variable: 'ventilation', system: 'urn:site', code: 'VENT' }])
const variable = (key: string): Variable => VARIABLES.find((one) => one.key === key)!
const ucum = (value: number, code: string, more: Partial<Quantity> = {}): Quantity => ({
  value,
  code,
  system: 'http://unitsofmeasure.org',
  ...more
})
const loinc = (code: string) => ({ coding: [{ system: 'http://loinc.org', code }] })

// Factors: molar masses, creatinine 113.12 g/mol, urea nitrogen 28.01, glucose 180.16, bilirubin 584.66; 1 kPa = 7.50062 mmHg.
test.each<[string, Quantity, number]>([
  ['creatinine', ucum(88.4, 'umol/L'), 1],
  ['creatinine', ucum(1.3, 'mg/dL'), 1.3],
  ['bun', ucum(10, 'mmol/L'), 28.0112],
  ['glucose', ucum(5.5, 'mmol/L'), 99.0858],
  ['bilirubin', ucum(17.1, 'umol/L'), 1],
  ['temperature', ucum(98.6, '[degF]'), 37],
  ['mean-arterial-pressure', ucum(10, 'kPa'), 75.0062],
  ['platelets', ucum(250, '10*9/L'), 250],
  ['potassium', ucum(4.1, 'mEq/L'), 4.1],
  ['fio2', ucum(0.4, '1'), 40],
  ['gcs', { value: 15 }, 15],
  ['ph', { value: 7.4 }, 7.4]
])('%s becomes canonical', (key, quantity, expected) => {
  const converted = convert(quantity, variable(key))
  expect(converted).toMatchObject({ kind: 'value' })
  expect((converted as { value: number }).value).toBeCloseTo(expected, 3)
})

test.each<[string, Quantity, string]>([
  ['creatinine', { value: 88 }, 'unit-unknown'],
  ['creatinine', { value: 88, unit: 'mg/dL' }, 'unit-unknown'],
  ['creatinine', ucum(1, 'furlong'), 'unit-unknown'],
  ['creatinine', { value: 1, system: 'urn:other', code: 'mg/dL' }, 'unit-unknown'],
  ['creatinine', ucum(88.4, 'mg/dL'), 'implausible'],
  ['heart-rate', ucum(0, '/min'), 'implausible'],
  ['gcs', { value: 2 }, 'implausible']
])('%s of %j is not used: %s', (key, quantity, reason) => {
  expect(convert(quantity, variable(key))).toEqual({ kind: 'unused', reason })
})

const observation = (facts: Partial<Observation>): Observation => ({
  resourceType: 'Observation',
  id: 'o1',
  status: 'final',
  code: loinc('2160-0'),
  effectiveDateTime: '2026-01-05T10:00:00Z',
  valueQuantity: ucum(1, 'mg/dL'),
  ...facts
})

test('a censored value is used at its bound, and named', () => {
  const { values } = readValues(observation({ valueQuantity: ucum(0.3, 'mg/dL', { comparator: '<' }) }), lookup)
  expect(values).toEqual([{ variable: 'creatinine', value: 0.3, censored: true }])
})

test('a blood pressure panel gives its components', () => {
  const panel = observation({
    code: loinc('85354-9'),
    valueQuantity: undefined,
    component: [
      ['8480-6', 120],
      ['8462-4', 60],
      ['8478-0', 80]
    ].map(([code, value]) => ({ code: loinc(String(code)), valueQuantity: ucum(Number(value), 'mm[Hg]') }))
  })
  expect(readValues(panel, lookup).values.map(({ variable: key, value }) => [key, value])).toEqual([
    ['systolic-pressure', 120],
    ['diastolic-pressure', 60],
    ['mean-arterial-pressure', 80]
  ])
})

test.each([
  ['entered-in-error', {}, [{ variable: 'creatinine', reason: 'retracted' }]],
  ['cancelled', {}, [{ variable: 'creatinine', reason: 'retracted' }]],
  ['registered', { valueQuantity: undefined }, []],
  ['final', { meta: { security: [{ code: 'AIAST' }] } }, []],
  ['final', { meta: { tag: [{ code: 'quarantine' }] } }, []]
] as const)('status %s with %j gives no value', (status, facts, unused) => {
  expect(readValues(observation({ status, ...facts } as Partial<Observation>), lookup)).toMatchObject({
    values: [],
    unused
  })
})

test('a haemolysed potassium is never used, high or normal', () => {
  const haemolysed = observation({
    code: loinc('2823-3'),
    valueQuantity: ucum(4.2, 'mmol/L'),
    interpretation: [{ coding: [{ code: 'specimen-haemolysed' }] }]
  })
  expect(readValues(haemolysed, lookup)).toMatchObject({
    values: [],
    unused: [{ variable: 'potassium', reason: 'haemolysed' }]
  })
})

test.each([
  [{ valueBoolean: true }, 1],
  [{ valueInteger: 0 }, 0],
  [{ valueQuantity: { value: 1 } }, 1]
])('ventilation is said by a code of the site: %j', (value, expected) => {
  const said = observation({
    code: { coding: [{ system: 'urn:site', code: 'VENT' }] },
    valueQuantity: undefined,
    ...value
  })
  expect(readValues(said, lookup).values).toEqual([{ variable: 'ventilation', value: expected }])
})

test('a code of another system is none of ours, whatever its letters', () => {
  const other = observation({ code: { coding: [{ system: 'urn:other', code: '2160-0' }] } })
  expect(readValues(other, lookup).values).toEqual([])
})

/** Searches of a list, as the store answers them: by time, at most 1000. */
const recordOf = (list: Observation[], queries: string[] = []): RecordReader => ({
  async search<T>(query: string) {
    queries.push(query)
    const from = Date.parse(/date=ge([^&]+)/.exec(query)![1]!)
    const to = Date.parse(/date=lt([^&]+)/.exec(query)![1]!)
    const found = list.filter(({ effectiveDateTime, effectivePeriod }) => {
      const [start, end] = [effectiveDateTime ?? effectivePeriod!.start!, effectiveDateTime ?? effectivePeriod!.end!]
      return Date.parse(end) >= from && Date.parse(start) < to
    })
    return found.slice(0, 1000) as T[]
  },
  read: async () => undefined,
  waveform: async () => {
    throw new Error('no waveform in this test')
  },
  reads: []
})
const window = { patient: 'Patient/p1', from: '2026-01-05T08:00:00.000Z', hours: 24 }
const minutesIn = (minutes: number): string => new Date(Date.parse(window.from) + minutes * 60_000).toISOString()

test('collects from the admission on, up to the end of the window and not with it', async () => {
  const list = [-1, 0, 1439, 1440].map((minutes, i) =>
    observation({ id: `o${i}`, effectiveDateTime: minutesIn(minutes) })
  )
  const { values, basis } = await collect(window, recordOf(list), lookup)
  expect(values.map(({ hours }) => hours)).toEqual([0, 1439 / 60])
  expect(basis).toEqual(['Observation/o1/_history/1', 'Observation/o2/_history/1'])
})

test('a day of urine counts when the day is over', async () => {
  const urine = (id: string, from: number, to: number) =>
    observation({
      id,
      code: loinc('9192-6'),
      valueQuantity: ucum(1.5, 'L'),
      effectiveDateTime: undefined,
      effectivePeriod: { start: minutesIn(from), end: minutesIn(to) }
    })
  const { values } = await collect(window, recordOf([urine('a', -600, 840), urine('b', 840, 1500)]), lookup)
  expect(values).toEqual([{ variable: 'urine', hours: 14, value: 1500 }])
})

test('counts what was found and not used, each reason by itself', async () => {
  const list = [
    observation({ id: 'a', valueQuantity: { value: 1 } }),
    observation({ id: 'b', valueQuantity: { value: 2 } }),
    observation({ id: 'c', valueQuantity: ucum(400, 'mg/dL') }),
    observation({ id: 'd', status: 'entered-in-error' })
  ]
  const { values, unused, basis } = await collect(window, recordOf(list), lookup)
  expect([values, basis]).toEqual([[], []])
  expect(unused).toEqual([
    { variable: 'creatinine', reason: 'implausible', n: 1 },
    { variable: 'creatinine', reason: 'retracted', n: 1 },
    { variable: 'creatinine', reason: 'unit-unknown', n: 2 }
  ])
})

test('finds all of more observations than a search gives, each once', async () => {
  const list = Array.from({ length: 5000 }, (_, i) =>
    observation({ id: `o${i}`, effectiveDateTime: minutesIn((i * 7) % 300) })
  )
  const queries: string[] = []
  const { basis } = await collect(window, recordOf(list, queries), lookup)
  expect(basis).toHaveLength(5000)
  expect(queries.length).toBeLessThan(40)
})

test('says when more lies in one second than a search gives', async () => {
  const list = (n: number) =>
    Array.from({ length: n }, (_, i) => observation({ id: `o${i}`, effectiveDateTime: minutesIn(3) }))
  expect(await collect(window, recordOf(list(999)), lookup)).toMatchObject({ isCut: false })
  expect(await collect(window, recordOf(list(1001)), lookup)).toMatchObject({ isCut: true })
})

test('is the same whatever the order of arrival', async () => {
  const list = Array.from({ length: 30 }, (_, i) =>
    observation({ id: `o${i}`, effectiveDateTime: minutesIn((i * 13) % 60), valueQuantity: ucum(1 + (i % 4), 'mg/dL') })
  )
  const forward = await collect(window, recordOf(list), lookup)
  expect(await collect(window, recordOf(list.toReversed()), lookup)).toEqual(forward)
})
