import { readdirSync, readFileSync } from 'node:fs'
import type { DiagnosticReport, Observation, ServiceRequest, Specimen } from '@medplum/fhirtypes'
import type { Decoded } from '../../../core/decoded.ts'
import type { FeedFacts } from '../../../core/format.ts'
import { LOINC, POTASSIUM_CODES } from '../../../fhir-profiles/index.ts'
import { dataPath, dataTest } from '../../../test/support/data.ts'
import {
  assertTruncationSafe,
  assertValid,
  envelopeOf,
  feedOf,
  resourcesOf,
  segment
} from '../../../test/support/decoded-valid.ts'
import { peekHl7v2 } from '../../hl7v2/peek.ts'
import lab from './index.ts'

const fixture = (name: string): Uint8Array => readFileSync(new URL(`./fixtures/${name}.hl7`, import.meta.url))
const SITE: Partial<FeedFacts> = {
  codeMap: { observations: { 'L|K': LOINC.potassiumSerum }, orders: { 'L|K-SCREEN': 'pocket-k' } }
}
const decode = (body: Uint8Array, facts: Partial<FeedFacts> = SITE): Decoded => {
  const decoded = lab.decode(envelopeOf(body), feedOf(facts)) as Decoded
  assertValid(decoded)
  return decoded
}
const all = <T>(decoded: Decoded, type: string): T[] =>
  resourcesOf(decoded)
    .filter(({ resource }) => resource.resourceType === type)
    .map(({ resource }) => resource as T)

/** One result with the given fields over sensible ones. */
function result({
  obx = {},
  obr = {},
  extra = [],
  facts = SITE
}: {
  obx?: Record<number, string>
  obr?: Record<number, string>
  extra?: string[]
  facts?: Partial<FeedFacts>
} = {}): Decoded {
  const lines = [
    'MSH|^~\\&|LIS|LABOR|||20260301123000||ORU^R01|L1|P|2.5.1',
    'PID|1||4711^^^KLINIK^MR',
    segment('OBR', {
      1: '1',
      3: 'F1',
      4: 'E^Electrolytes^L',
      7: '20260301115500',
      22: '20260301122900',
      25: 'F',
      ...obr
    }),
    segment('OBX', { 1: '1', 2: 'NM', 3: 'K^Potassium^L', 5: '4.2', 6: 'mmol/L', 11: 'F', ...obx }),
    ...extra
  ]
  return decode(Buffer.from(lines.join('\r')), facts)
}
const observationOf = (decoded: Decoded): Observation => all<Observation>(decoded, 'Observation')[0] as Observation
const modeOf = (decoded: Decoded) =>
  resourcesOf(decoded).find(({ resource }) => resource.resourceType === 'Observation')?.mode
const MMOL = { unit: 'mmol/L', system: 'http://unitsofmeasure.org', code: 'mmol/L' }

describe('a potassium result', () => {
  const decoded = decode(fixture('oru-potassium'))
  const [potassium, sodium] = all<Observation>(decoded, 'Observation')

  test('keeps value, unit, flag, range and comment, under both codes of OBX-3', () => {
    expect(potassium?.code.coding?.map(({ system, code }) => `${system}|${code}`)).toEqual([
      'http://loinc.org|2823-3',
      'https://hisbundle.example/fhir/CodeSystem/local/test/L|K'
    ])
    expect(potassium?.valueQuantity).toEqual({ value: 5.9, ...MMOL })
    expect(potassium?.status).toBe('final')
    expect(potassium?.interpretation?.[0]?.coding?.[0]?.code).toBe('H')
    expect(potassium?.referenceRange?.[0]).toMatchObject({ low: { value: 3.5 }, high: { value: 5.1 }, text: '3.5-5.1' })
    expect(potassium?.note?.[0]?.text).toBe('Checked twice')
  })

  test('is dated by collection (SPM-17) in the zone of the feed, and issued by OBR-22', () => {
    // 2026-03-01 is winter time in Berlin: UTC+1.
    expect(potassium?.effectiveDateTime).toBe('2026-03-01T10:45:00.000Z')
    expect(potassium?.issued).toBe('2026-03-01T11:29:00.000Z')
    expect(
      (potassium as { _effectiveDateTime?: { extension: { valueString?: string }[] } })._effectiveDateTime?.extension[0]
        ?.valueString
    ).toBe('20260301114500')
  })

  test('has the business keys of design section 3b, and refers to its specimen and report', () => {
    expect(resourcesOf(decoded).map(({ businessKey }) => businessKey)).toEqual([
      'specimen|LABOR|S1F',
      'obs|LABOR|F1|K^L|',
      'obs|LABOR|F1|NA^L|',
      'report|LABOR|F1|ELYTE^L'
    ])
    expect(potassium?.specimen?.reference).toBe('urn:hisbundle:key:specimen|LABOR|S1F')
    const [report] = all<DiagnosticReport>(decoded, 'DiagnosticReport')
    expect(report?.result).toHaveLength(2)
    expect(report?.status).toBe('final')
    expect(report?.basedOn?.[0]?.identifier?.value).toBe('P1^HIS')
    expect(all<Specimen>(decoded, 'Specimen')[0]).toMatchObject({
      type: { coding: [{ code: 'SER' }] },
      receivedTime: '2026-03-01T11:05:00.000Z'
    })
  })

  test('notes the local code that has no map, and keeps it under the sender', () => {
    expect(decoded.notes).toContainEqual({
      code: 'code-unmapped',
      at: 'OBX(2)-3',
      coded: { system: 'L', code: 'NA', display: 'Sodium' }
    })
    expect(sodium?.code.coding).toEqual([
      { system: 'https://hisbundle.example/fhir/CodeSystem/local/test/L', code: 'NA', display: 'Sodium' }
    ])
  })
})

describe('collection time', () => {
  test('is OBR-7 without a specimen, OBX-14 without both, absent without all three', () => {
    expect(observationOf(result()).effectiveDateTime).toBe('2026-03-01T10:55:00.000Z')
    expect(observationOf(result({ obr: { 7: '' }, obx: { 14: '20260301110000+0000' } })).effectiveDateTime).toBe(
      '2026-03-01T11:00:00.000Z'
    )
    expect(observationOf(result({ obr: { 7: '' } })).effectiveDateTime).toBeUndefined()
  })
  test('takes the offset of MSH-7 before the zone of the feed', () => {
    const text = Buffer.from(fixture('oru-potassium')).toString().replace('|20260301123000|', '|20260301123000-0500|')
    expect(all<Observation>(decode(Buffer.from(text)), 'Observation')[0]?.effectiveDateTime).toBe(
      '2026-03-01T16:45:00.000Z'
    )
  })
  test('that is a date alone stays a date', () => {
    expect(observationOf(result({ obr: { 7: '20260301' } })).effectiveDateTime).toBe('2026-03-01')
  })
  test('in the hour that daylight saving repeats is noted', () => {
    // Berlin, 2026-10-25: 02:30 comes twice.
    expect(result({ obr: { 7: '20261025023000' } }).notes).toContainEqual({ code: 'time-ambiguous', at: 'OBR(1)-7' })
  })
})

describe('potassium codes', () => {
  test.each(POTASSIUM_CODES.map(({ code }) => code))('LOINC %s is used as it is sent', (code) => {
    const observation = observationOf(result({ obx: { 3: `${code}^Potassium^LN`, 6: 'mEq/L' } }))
    expect(observation.code.coding?.[0]).toMatchObject({ system: 'http://loinc.org', code })
    expect(observation.valueQuantity).toEqual({ value: 4.2, ...MMOL })
  })
  test('the second triplet is mapped when the first is not', () => {
    const observation = observationOf(result({ obx: { 3: 'XX^Kalium^99LAB^K^Potassium^L' } }))
    expect(observation.code.coding?.[0]).toMatchObject({ system: 'http://loinc.org', code: '2823-3' })
  })
  test('urine keeps a mapped local code from becoming blood potassium', () => {
    const decoded = result({ extra: [segment('SPM', { 1: '1', 4: 'UR^Urine^HL70487' })] })
    expect(observationOf(decoded).code.coding?.map(({ code }) => code)).toEqual(['K'])
    expect(decoded.notes).toContainEqual(expect.objectContaining({ code: 'code-unmapped' }))
  })
  test('a serum LOINC on urine has no usable value', () => {
    const decoded = result({ obx: { 3: '2823-3^K^LN' }, extra: [segment('SPM', { 1: '1', 4: 'UR^Urine^HL70487' })] })
    expect(observationOf(decoded).valueQuantity).toBeUndefined()
    expect(observationOf(decoded).dataAbsentReason?.text).toBe('specimen-mismatch')
    expect(observationOf(decoded).note?.[0]?.text).toBe('As sent: 4.2 mmol/L')
  })
  test('a site table says what a local specimen code is', () => {
    const extra = [segment('SPM', { 1: '1', 4: 'MONO^Monovette^99X' })]
    expect(observationOf(result({ extra })).code.coding?.[0]?.code).toBe('K')
    const facts = { codeMap: { ...SITE.codeMap, specimens: { MONO: 'blood' as const } } }
    expect(observationOf(result({ extra, facts })).code.coding?.[0]?.code).toBe('2823-3')
  })
})

describe('units of potassium', () => {
  test.each(['mmol/L', 'mmol/l', 'mEq/L', 'MEQ/L', 'meq/l', ' mmol / L '])('%j is mmol/L', (unit) => {
    expect(observationOf(result({ obx: { 6: unit } })).valueQuantity).toEqual({ value: 4.2, ...MMOL })
  })
  test.each(['', 'mg/dL', 'g/L', 'furlong', '""'])('%j is never taken for one', (unit) => {
    const decoded = result({ obx: { 6: unit } })
    expect(observationOf(decoded).valueQuantity).toBeUndefined()
    expect(observationOf(decoded).dataAbsentReason?.text).toBe('unit-unmapped')
    expect(decoded.notes).toContainEqual(expect.objectContaining({ code: 'unit-unmapped', at: 'OBX(1)-6' }))
  })
  test('a unit of the site table is', () => {
    const facts = { codeMap: { ...SITE.codeMap, units: { MMOLPL: 'mmol/L' } } }
    expect(observationOf(result({ obx: { 6: 'MMOLPL' }, facts })).valueQuantity?.value).toBe(4.2)
  })
  test('mg/dL is divided by 3.91 for a mass code of the site', () => {
    const facts = { codeMap: {}, options: { potassiumMassCodes: ['L|KM'] } }
    const observation = observationOf(result({ obx: { 3: 'KM^Kalium^L', 5: '19.55', 6: 'mg/dL' }, facts }))
    // 19.55 / 3.91 = 5.0
    expect(observation.valueQuantity).toEqual({ value: 5, ...MMOL })
    expect(observation.note?.[0]?.text).toBe('As sent: 19.55 mg/dL')
  })
  test.each(['0.99', '12.1', '42', '>15'])('%s is a unit error', (value) => {
    const observation = observationOf(result({ obx: { 5: value } }))
    expect(observation.valueQuantity).toBeUndefined()
    expect(observation.dataAbsentReason?.text).toBe('unit-error')
  })
  test.each(['1.0', '12.0'])('%s is none', (value) => {
    expect(observationOf(result({ obx: { 5: value } })).valueQuantity?.value).toBe(Number(value))
  })
  test('other analytes keep an unknown unit in words, and none where none was sent', () => {
    const other = (unit: string) => observationOf(result({ obx: { 3: 'X^Y^L', 6: unit } })).valueQuantity
    expect(other('furlong')).toEqual({ value: 4.2, unit: 'furlong' })
    expect(other('')).toEqual({ value: 4.2 })
  })
})

describe('value types', () => {
  const value = (type: string, text: string) =>
    observationOf(result({ obx: { 2: type, 3: 'X^Y^L', 5: text, 6: 'mmol/L' } }))
  test('NM with a comparator is a comparator and a leniency', () => {
    expect(observationOf(result({ obx: { 5: '<5.5' } })).valueQuantity).toEqual({
      value: 5.5,
      comparator: '<',
      ...MMOL
    })
    expect(observationOf(result({ obx: { 5: '>9.0' } })).valueQuantity?.comparator).toBe('>')
    expect(result({ obx: { 5: '<5.5' } }).notes).toContainEqual({ code: 'leniency', at: 'OBX(1)-5' })
  })
  test('SN: comparator, ratio, range, text', () => {
    expect(value('SN', '>=^7').valueQuantity).toEqual({ value: 7, comparator: '>=', ...MMOL })
    expect(value('SN', '^1^:^128').valueRatio).toEqual({ numerator: { value: 1 }, denominator: { value: 128 } })
    expect(value('SN', '^1^-^10').valueRange).toMatchObject({ low: { value: 1 }, high: { value: 10 } })
    expect(value('SN', '^2^+').valueString).toBe('2+')
  })
  test('CE, ST, DT, TM, DTM, SI', () => {
    expect(value('CE', '260415000^not detected^SCT').valueCodeableConcept).toEqual({
      coding: [{ system: 'http://snomed.info/sct', code: '260415000', display: 'not detected' }],
      text: 'not detected'
    })
    expect(value('ST', 'A & B').valueString).toBe('A & B')
    expect(value('TX', 'one~two').valueString).toBe('one\ntwo')
    expect(value('DT', '20260228').valueDateTime).toBe('2026-02-28')
    expect(value('TM', '1530').valueTime).toBe('15:30:00')
    expect(value('DTM', '20260701120000').valueDateTime).toBe('2026-07-01T10:00:00.000Z')
    expect(value('SI', '12').valueInteger).toBe(12)
  })
  test('repeated numbers are components', () => {
    expect(value('NM', '27~25').component?.map(({ valueQuantity }) => valueQuantity?.value)).toEqual([27, 25])
  })
  test('nothing sent, and deleted, is an absent value', () => {
    for (const text of ['', '""']) expect(value('NM', text).dataAbsentReason?.coding?.[0]?.code).toBe('unknown')
  })
})

describe('OBX-11', () => {
  // codes.md section 8; rules section 8
  test.each([
    ['A', 'amended', 'replace'],
    ['B', 'amended', 'replace'],
    ['C', 'corrected', 'replace'],
    ['D', 'entered-in-error', 'status'],
    ['F', 'final', 'replace'],
    ['I', 'registered', 'replace'],
    ['O', 'registered', 'replace'],
    ['P', 'preliminary', 'replace'],
    ['R', 'preliminary', 'replace'],
    ['S', 'preliminary', 'replace'],
    ['U', 'final', 'status'],
    ['W', 'entered-in-error', 'status'],
    ['X', 'cancelled', 'status']
  ])('%s is %s (%s)', (letter, status, mode) => {
    const decoded = result({ obx: { 11: letter } })
    expect([observationOf(decoded).status, modeOf(decoded)]).toEqual([status, mode])
  })
  test('N makes no resource', () => expect(all(result({ obx: { 11: 'N' } }), 'Observation')).toEqual([]))
  test('V makes a Provenance of the verifier and leaves the value alone', () => {
    const decoded = result({ obx: { 11: 'V', 16: '77^Labor^Lena' } })
    expect(all(decoded, 'Observation')).toEqual([])
    expect(all(decoded, 'Provenance')[0]).toMatchObject({
      target: [{ reference: 'urn:hisbundle:key:obs||F1|K^L|'.replace('||', '|LABOR|') }],
      recorded: '2026-03-01T11:29:00.000Z',
      agent: [{ type: { coding: [{ code: 'verifier' }] }, who: { display: '77 Labor Lena' } }]
    })
  })
  test('I and O assert no value', () => {
    for (const letter of ['I', 'O'])
      expect(observationOf(result({ obx: { 11: letter } })).valueQuantity).toBeUndefined()
  })
  test.each(['HEMOLYZED', 'TNP'])('C with %s takes the value back', (text) => {
    for (const type of ['NM', 'ST']) {
      const decoded = result({ obx: { 2: type, 5: text, 11: 'C' } })
      // Written, not only marked: what stands in place of a potassium is a reason to screen.
      expect([observationOf(decoded).status, modeOf(decoded)]).toEqual(['entered-in-error', 'replace'])
      expect(observationOf(decoded).valueQuantity).toBeUndefined()
      expect(observationOf(decoded).dataAbsentReason?.text).toBe('value-taken-back')
    }
  })
  test('C of another analyte without a number only takes it back', () => {
    const decoded = result({ obx: { 3: 'NA^Sodium^L', 5: 'TNP', 11: 'C' } })
    expect([observationOf(decoded).status, modeOf(decoded)]).toEqual(['entered-in-error', 'status'])
  })
  test('C of a text is a correction', () => {
    const decoded = result({ obx: { 2: 'ST', 3: 'X^Y^L', 5: 'clear', 6: '', 11: 'C' } })
    expect([observationOf(decoded).status, modeOf(decoded)]).toEqual(['corrected', 'replace'])
  })
  test('empty takes the status of OBR-25; unlisted is unknown and noted', () => {
    expect(observationOf(result({ obx: { 11: '' }, obr: { 25: 'P' } })).status).toBe('preliminary')
    const odd = result({ obx: { 11: 'Z' }, obr: { 25: '' } })
    expect(observationOf(odd).status).toBe('unknown')
    expect(odd.notes).toContainEqual({ code: 'leniency', at: 'OBX(1)-11' })
  })
  test('OBR-25 X cancels the report and everything under it', () => {
    const decoded = result({ obr: { 25: 'X' } })
    expect(resourcesOf(decoded).map(({ resource, mode }) => [(resource as Observation).status, mode])).toEqual([
      ['cancelled', 'status'],
      ['cancelled', 'status']
    ])
  })
})

describe('a haemolysed potassium is marked', () => {
  const isMarked = (decoded: Decoded): boolean =>
    all<Observation>(decoded, 'Observation').some(
      ({ code, interpretation }) =>
        code.coding?.[0]?.code === '2823-3' &&
        interpretation?.some(({ coding }) => coding?.[0]?.code === 'specimen-haemolysed')
    )
  const serum = { 1: '1', 4: 'SER^Serum^HL70487' }
  test('by SPM-24 HEM and SPM-21 RH, in any repetition', () => {
    expect(isMarked(result({ extra: [segment('SPM', { ...serum, 24: 'CLOT~HEM^Hemolyzed^HL70493' })] }))).toBe(true)
    expect(isMarked(result({ extra: [segment('SPM', { ...serum, 21: 'RH^Hemolysis^HL70490' })] }))).toBe(true)
    expect(isMarked(result({ extra: [segment('SPM', serum)] }))).toBe(false)
  })
  test('by a haemolysis index above the limit of the site, also in another order of the same sample', () => {
    const facts = { codeMap: { ...SITE.codeMap, haemolysisIndex: [{ code: 'HI', above: 100 }] } }
    const index = (value: string, type = 'NM') =>
      segment('OBX', { 1: '2', 2: type, 3: 'HI^Index^L', 5: value, 11: 'F' })
    expect(isMarked(result({ extra: [index('120')], facts }))).toBe(true)
    expect(isMarked(result({ extra: [index('100')], facts }))).toBe(false)
    expect(isMarked(result({ extra: [index('>100')], facts }))).toBe(true)
    expect(isMarked(result({ extra: [index('>^100', 'SN')], facts }))).toBe(true)
    const order = (time: string) => segment('OBR', { 1: '2', 3: 'F2', 4: 'HIL^Indices^L', 7: time })
    expect(isMarked(result({ extra: [order('20260301115500'), index('120')], facts }))).toBe(true)
    expect(isMarked(result({ extra: [order('20260301080000'), index('120')], facts }))).toBe(false)
  })
  test('by a coded comment; by free text only with the pattern of the site', () => {
    expect(
      isMarked(
        result({ extra: [segment('OBX', { 2: 'CWE', 3: 'CMT^Comment^L', 5: 'HEM^Hemolyzed^HL70493', 11: 'F' })] })
      )
    ).toBe(true)
    const extra = ['NTE|1|L|Probe stark hämolytisch']
    expect(isMarked(result({ extra }))).toBe(false)
    expect(isMarked(result({ extra, facts: { ...SITE, options: { haemolysisTextPattern: 'h(ä|ae)molyt' } } }))).toBe(
      true
    )
  })
  test('whether it is high or normal, and nothing else is', () => {
    const extra = [
      segment('OBX', { 2: 'NM', 3: 'NA^Sodium^L', 5: '140', 6: 'mmol/L', 11: 'F' }),
      segment('SPM', { ...serum, 24: 'HEM' })
    ]
    const marks = all<Observation>(result({ extra }), 'Observation').map(
      ({ interpretation }) => interpretation !== undefined
    )
    expect(marks).toEqual([true, false])
  })
})

describe('a potassium that the laboratory does not have', () => {
  const absent = (decoded: Decoded) => observationOf(decoded).dataAbsentReason?.text
  const flags = (decoded: Decoded) =>
    (observationOf(decoded).interpretation ?? []).flatMap(({ coding }) => coding?.[0]?.code ?? [])
  test.each([
    ['an empty OBX-5', 'NM', ''],
    ['TNP', 'NM', 'TNP'],
    ['QNS', 'ST', 'QNS'],
    ['a coded comment', 'CWE', 'CAN^Cancelled^L']
  ])('%s has no value and says so', (_, type, text) => {
    const decoded = result({ obx: { 2: type, 5: text } })
    expect([observationOf(decoded).status, absent(decoded)]).toEqual(['final', 'no-value'])
    expect(observationOf(decoded).valueString).toBeUndefined()
    expect(observationOf(decoded).note?.[0]?.text ?? '').toBe(text ? `As sent: ${text} mmol/L` : '')
  })
  test('the word HEMOLYZED in place of the number is a haemolysed specimen', () => {
    expect(flags(result({ obx: { 2: 'ST', 5: 'Hemolyzed' } }))).toEqual(['specimen-haemolysed'])
    expect(flags(result({ obx: { 2: 'ST', 5: 'TNP' } }))).toEqual([])
  })
  test('of urine it is no blood potassium that is missing', () => {
    const extra = [segment('SPM', { 1: '1', 4: 'UR^Urine^HL70487' })]
    expect(absent(result({ obx: { 3: '2823-3^K^LN', 5: '' }, extra }))).toBe('specimen-mismatch')
  })
  test('a rejected specimen marks its potassium; haemolysis is marked as haemolysis', () => {
    const spm = (reason: string) => [segment('SPM', { 1: '1', 4: 'SER^Serum^HL70487', 21: reason })]
    expect(flags(result({ extra: spm('RC^Clotting^HL70490') }))).toEqual(['specimen-rejected'])
    expect(flags(result({ extra: spm('RH^Hemolysis^HL70490') }))).toEqual(['specimen-haemolysed'])
    expect(flags(result({ obx: { 3: 'NA^Sodium^L' }, extra: spm('RC^Clotting^HL70490') }))).toEqual([])
  })

  const cancelled = (code: string, extra: string[] = []) =>
    decode(
      Buffer.from(
        [
          'MSH|^~\\&|LIS|LABOR|||20260301123000||ORU^R01|L1|P|2.5.1',
          'PID|1||4711^^^KLINIK^MR',
          segment('OBR', { 1: '1', 3: 'F1', 4: code, 7: '20260301115500', 22: '20260301122900', 25: 'X' }),
          ...extra
        ].join('\r')
      )
    )
  test('an ordered potassium that is cancelled without any OBX is written under the key of its result', () => {
    const decoded = cancelled('K^Potassium^L')
    expect(resourcesOf(decoded).map(({ businessKey }) => businessKey)).toEqual([
      'obs|LABOR|F1|K^L|',
      'report|LABOR|F1|K^L'
    ])
    expect(observationOf(decoded)).toMatchObject({
      status: 'cancelled',
      effectiveDateTime: '2026-03-01T10:55:00.000Z',
      issued: '2026-03-01T11:29:00.000Z'
    })
    expect(absent(decoded)).toBe('no-value')
    expect(modeOf(decoded)).toBe('status')
  })
  test('no other cancelled order says anything of potassium', () => {
    expect(all(cancelled('ELYTE^Electrolytes^L'), 'Observation')).toEqual([])
    const urine = [segment('SPM', { 1: '1', 4: 'UR^Urine^HL70487' })]
    expect(all(cancelled('K^Potassium^L', urine), 'Observation')).toEqual([])
  })
})

test('equal codes without sub-id in one order keep keys of their own', () => {
  const decoded = result({ extra: [segment('OBX', { 2: 'NM', 3: 'K^Potassium^L', 5: '4.4', 6: 'mmol/L', 11: 'F' })] })
  expect(
    resourcesOf(decoded)
      .slice(0, 2)
      .map(({ businessKey }) => businessKey)
  ).toEqual(['obs|LABOR|F1|K^L|', 'obs|LABOR|F1|K^L|#2'])
})

test('a message with two patients yields two groups', () => {
  const decoded = result({ extra: ['PID|2||4712^^^KLINIK^MR', 'OBR|1||F9|E^E^L', 'OBX|1|NM|K^K^L||4.0|mmol/L|||||F'] })
  expect(decoded.groups.map(({ subject, resources }) => [subject?.identifiers[0]?.value, resources.length])).toEqual([
    ['4711', 2],
    ['4712', 2]
  ])
})

describe('an order', () => {
  const decoded = decode(fixture('oml-screen'))
  const orders = decoded.groups[0]?.orders ?? []
  test('carries control, placer, module and the ServiceRequest', () => {
    expect(
      orders.map(({ control, placerOrderNumber, module, request }) => [
        control,
        placerOrderNumber,
        module,
        request.businessKey,
        request.mode
      ])
    ).toEqual([
      ['NW', 'P7^LABOR', 'pocket-k', 'order|LABOR|P7', 'replace'],
      ['CA', 'P6^LABOR', 'pocket-k', 'order|LABOR|P6', 'status']
    ])
    expect(orders[0]?.request.resource as ServiceRequest).toMatchObject({
      status: 'active',
      intent: 'order',
      priority: 'stat',
      authoredOn: '2026-03-01T11:39:00.000Z',
      requester: { display: '0815 Arzt Anton' },
      note: [{ text: 'Chest pain since noon' }],
      code: { coding: [{ code: 'K-SCREEN' }] }
    })
    expect(orders[1]?.request.resource).toHaveProperty('status', 'revoked')
  })
  test('for something else has no module; our own designator needs no map', () => {
    const text = (code: string) =>
      Buffer.from(Buffer.from(fixture('oml-screen')).toString().replaceAll('K-SCREEN^Potassium screen^L', code))
    expect(decode(text('CBC^Count^L')).groups[0]?.orders[0]?.module).toBeUndefined()
    expect(decode(text('pocket-k^Screen^99HISB'), {}).groups[0]?.orders[0]?.module).toBe('pocket-k')
  })
  test('keeps its numbers and its provider as they came: escaped, and with every component', () => {
    const text = Buffer.from(fixture('oml-screen'))
      .toString()
      .replaceAll('P7^LABOR', 'P\\F\\7^LA\\T\\BOR&X')
      .replaceAll('0815^Arzt^Anton', '0815^Arzt^Anton^^^^^^HOSP&1.2&ISO')
    const request = decode(Buffer.from(text)).groups[0]?.orders[0]
    expect(request?.placerOrderNumber).toBe('P\\F\\7^LA\\T\\BOR&X')
    expect(request?.request.resource).toMatchObject({
      identifier: [{ value: 'P\\F\\7^LA\\T\\BOR&X' }],
      requester: { display: '0815 Arzt Anton', identifier: { value: '0815^Arzt^Anton^^^^^^HOSP&1.2&ISO' } }
    })
  })
  test('without a placer number is refused, since it could not be answered', () => {
    const text = Buffer.from(fixture('oml-screen')).toString().replaceAll('P7^LABOR', '')
    expect(() => decode(Buffer.from(text))).toThrow(
      expect.objectContaining({ code: 'HL7_FIELD_MISSING', at: 'ORC(1)-2' })
    )
  })
  test('is answered by ORL^O22 from the settlement, by ORR^O02 for ORM, or not at all by option', () => {
    const settlement = {
      state: 'recorded' as const,
      orders: [
        { placerOrderNumber: 'P7^LABOR', fillerOrderNumber: 'HB1', control: 'OK' as const },
        { placerOrderNumber: 'P6^LABOR', control: 'UC' as const, reason: 'order-unknown' }
      ]
    }
    const answer = (body: Uint8Array, facts = {}) => {
      const bytes = lab.reply?.(envelopeOf(body), feedOf(facts), settlement)
      return bytes && Buffer.from(bytes).toString().split('\r')
    }
    const orl = answer(fixture('oml-screen'))
    expect(orl?.[0]).toContain('|ORL^O22^ORL_O22|')
    expect(orl).toContain('MSA|AA|O1')
    expect(orl).toContain('ORC|OK|P7^LABOR|HB1')
    expect(orl).toContain('ORC|UC|P6^LABOR')
    expect(answer(fixture('oml-screen'))).toEqual(orl)
    const orm = Buffer.from(Buffer.from(fixture('oml-screen')).toString().replace('OML^O21^OML_O21', 'ORM^O01'))
    expect(answer(orm)?.[0]).toContain('|ORR^O02^ORR_O02|')
    expect(answer(fixture('oml-screen'), { options: { orderReply: 'ack' } })).toBeUndefined()
    expect(lab.reply?.(envelopeOf(fixture('oru-potassium')), feedOf(), { state: 'recorded' })).toBeUndefined()
  })
})

test('a message without PID is refused', () => {
  expect(() => decode(Buffer.from('MSH|^~\\&|A|B|||2026||ORU^R01|1|P|2.5'))).toThrow(
    expect.objectContaining({ code: 'HL7_SEGMENT_MISSING', at: 'PID' })
  )
})

test.each(['oru-potassium', 'oml-screen'])(
  '%s cut at every byte throws coded errors only, and twice gives the same',
  async (name) => {
    await assertTruncationSafe(lab, fixture(name), 'ORU^R01')
    expect(decode(fixture(name))).toEqual(decode(fixture(name)))
  }
)

test('accepts its kinds only', () => {
  expect(
    ['ORU^R01', 'OML^O21', 'ORM^O01', 'ORU^R01#waveform', 'ORU^W01', 'ADT^A01'].map((kind) => lab.accepts(kind))
  ).toEqual([true, true, true, false, false, false])
})

dataTest('every shared laboratory and order message decodes to valid resources or is refused by code', async () => {
  const counts = { decoded: 0, refused: 0, other: 0 }
  for (const folder of ['cdc_reportstream', 'ms_fhir_converter']) {
    for (const file of readdirSync(dataPath('hl7v2', folder)).filter((name) => name.endsWith('.hl7'))) {
      const body = readFileSync(dataPath('hl7v2', folder, file))
      try {
        if (!lab.accepts(peekHl7v2(body, {}).kind)) {
          counts.other++
          continue
        }
        decode(body)
        counts.decoded++
      } catch (error) {
        expect(error).toMatchObject({ name: 'AppError' })
        counts.refused++
      }
    }
  }
  // 53 files: two header-only ORU and the batch file are refused; five ADT, two with ED and one ORU without event are not ours.
  expect(counts).toEqual({ decoded: 42, refused: 3, other: 8 })
})
