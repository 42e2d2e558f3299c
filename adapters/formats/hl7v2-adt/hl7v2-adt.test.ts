import { readFileSync } from 'node:fs'
import type { Decoded } from '../../../core/decoded.ts'
import { assertTruncationSafe, envelopeOf, feedOf, segment } from '../../../test/support/decoded-valid.ts'
import { ADT_EVENTS } from './events.ts'
import adt from './index.ts'

const fixture = (name: string): Uint8Array => readFileSync(new URL(`./fixtures/${name}.hl7`, import.meta.url))
const decode = (body: Uint8Array): Decoded => adt.decode(envelopeOf(body), feedOf()) as Decoded
const message = (event: string, ...segments: string[]): Uint8Array =>
  Buffer.from(
    [
      `MSH|^~\\&|ADT|KLINIK|||20260301120000+0100||ADT^${event}|C1|P|2.5.1`,
      `EVN|${event}|20260301115900`,
      ...segments
    ].join('\r')
  )

describe('an admission', () => {
  const [group] = decode(fixture('a01-admission')).groups

  test('claims every identifier with its authority and type, name, birth date, sex, telecom and address', () => {
    expect(group?.subject).toEqual({
      identifiers: [
        { value: '4711', authority: 'KLINIK', type: 'MR' },
        { value: '98-1', authority: '2.16.840.1.113883.3.1', type: 'PI' }
      ],
      family: 'Muster',
      given: ['Erika', 'Anna', 'Maria'],
      birthDate: '1956-04-12',
      sex: 'female',
      telecom: [
        { system: 'phone', value: '030 1234' },
        { system: 'email', value: 'erika@example.org' }
      ],
      address: { line: 'Hauptstr. 1', city: 'Berlin', postalCode: '10115', country: 'DEU' }
    })
  })

  test('claims the visit by PV1-19 and not by PID-18', () => {
    expect(group?.visit).toMatchObject({
      number: { value: 'V-1', authority: 'KLINIK', type: 'VN' },
      class: 'I',
      location: '3W^12^2^KLINIK',
      attending: '0815 Arzt Anton',
      dischargeDisposition: '09',
      admittedAt: { instant: '2026-03-01T10:30:00.000Z' }
    })
  })

  test('carries EVN-2 as recorded and EVN-6 as occurred', () => {
    expect(group?.adt).toMatchObject({
      event: 'A01',
      recordedAt: { instant: '2026-03-01T10:59:00.000Z' },
      occurredAt: { instant: '2026-03-01T10:30:00.000Z' }
    })
    expect(group?.adt?.merged).toBeUndefined()
  })
})

test('falls back to PID-18 where PV1-19 is empty', () => {
  const [group] = decode(message('A08', segment('PID', { 3: '1^^^K', 18: 'V-9^^^K^AN' }))).groups
  expect(group?.visit).toEqual({ number: { value: 'V-9', authority: 'K', type: 'AN' } })
})

test('tells a deleted field from an empty one', () => {
  const [group] = decode(message('A08', 'PID|1||1^^^K||""||""|""|||""||""||||||||||||||||""|""')).groups
  expect(group?.subject).toEqual({
    identifiers: [{ value: '1', authority: 'K' }],
    deleted: ['family', 'given', 'birthDate', 'sex', 'deceased', 'telecom', 'address']
  })
  const [silent] = decode(message('A08', 'PID|1||1^^^K')).groups
  expect(silent?.subject).toEqual({ identifiers: [{ value: '1', authority: 'K' }] })
})

test.each([
  ['Y', true],
  ['N', false],
  ['', undefined]
])('reads the death indicator %j', (indicator, expected) => {
  const pid = segment('PID', { 3: '1^^^K', 30: indicator })
  expect(decode(message('A08', pid)).groups[0]?.subject?.deceased).toBe(expected)
})

test('reads the time of death where it was sent', () => {
  const pid = segment('PID', { 3: '1^^^K', 29: '20260301100000+0100', 30: 'Y' })
  expect(decode(message('A08', pid)).groups[0]?.subject?.deceased).toMatchObject({
    instant: '2026-03-01T09:00:00.000Z'
  })
})

describe('a merge', () => {
  test('yields one group for each PID/MRG pair', () => {
    const { groups } = decode(fixture('a40-two-merges'))
    expect(groups.map(({ subject, adt: event }) => [subject?.identifiers, event?.merged])).toEqual([
      [
        [{ value: '100', authority: 'KLINIK', type: 'MR' }],
        {
          identifiers: [
            { value: '101', authority: 'KLINIK', type: 'MR' },
            { value: '102', authority: 'KLINIK', type: 'MR' }
          ],
          visitNumber: { value: 'V-101', authority: 'KLINIK', type: 'VN' }
        }
      ],
      [
        [{ value: '200', authority: 'KLINIK', type: 'MR' }],
        { identifiers: [{ value: '201', authority: 'KLINIK', type: 'MR' }] }
      ]
    ])
  })

  test('of visits under one PID (A45) yields one group for each MRG/PV1 pair', () => {
    const { groups } = decode(
      message(
        'A45',
        'PID|1||1^^^K',
        'MRG|2^^^K||||V1^^^K',
        'PV1|1|I|||||||||||||||||V7^^^K',
        'MRG|2^^^K||||V2^^^K',
        'PV1|1|I|||||||||||||||||V8^^^K'
      )
    )
    expect(groups.map(({ visit, adt: event }) => [visit?.number?.value, event?.merged?.visitNumber?.value])).toEqual([
      ['V7', 'V1'],
      ['V8', 'V2']
    ])
    expect(groups.map(({ subject }) => subject?.identifiers[0]?.value)).toEqual(['1', '1'])
  })

  test.each(['A18', 'A34', 'A36', 'A39', 'A40', 'A43', 'A44', 'A45', 'A47', 'A50'])(
    '%s without MRG is refused',
    (event) => {
      expect(() => decode(message(event, 'PID|1||1^^^K'))).toThrow(
        expect.objectContaining({ code: 'HL7_SEGMENT_MISSING', at: 'MRG' })
      )
    }
  )

  test('whose MRG names nothing is refused', () => {
    expect(() => decode(message('A40', 'PID|1||1^^^K', 'MRG|""'))).toThrow(
      expect.objectContaining({ code: 'HL7_FIELD_MISSING', at: 'MRG-1' })
    )
  })
})

test.each(['A24', 'A37'])('%s (link, unlink) yields both patients and never a merge', (event) => {
  const { groups } = decode(message(event, 'PID|1||1^^^K', 'PID|2||2^^^K'))
  expect(groups.map(({ subject, adt: said }) => [subject?.identifiers[0]?.value, said?.event, said?.merged])).toEqual([
    ['1', event, undefined],
    ['2', event, undefined]
  ])
})

test('reads exactly the events of the rules and records every other one as ignored', () => {
  const all = Array.from({ length: 62 }, (_, index) => `A${String(index + 1).padStart(2, '0')}`)
  const read = all.filter((event) => decode(message(event, 'PID|1||1^^^K', 'MRG|2^^^K')).ignored === undefined)
  // rules section 2
  expect(read.join(' ')).toBe(
    'A01 A02 A03 A04 A05 A06 A07 A08 A11 A12 A13 A18 A23 A24 A28 A31 A34 A36 A37 A39 A40 A43 A44 A45 A47 A50'
  )
  expect(read).toHaveLength(ADT_EVENTS.size)
  expect(decode(message('A60')).ignored).toBe('ignored-event')
})

test('accepts ADT kinds only', () => {
  expect(['ADT^A01', 'ADT^A99', 'ORU^R01', 'ADT', 'ADT^A01#x'].map((kind) => adt.accepts(kind))).toEqual([
    true,
    true,
    false,
    false,
    false
  ])
})

test('refuses a message without PID', () => {
  expect(() => decode(message('A01'))).toThrow(expect.objectContaining({ code: 'HL7_SEGMENT_MISSING', at: 'PID' }))
})

test('a birth date that is no day of the calendar is absent', () => {
  expect(decode(message('A08', 'PID|1||1^^^K||||19560231')).groups[0]?.subject?.birthDate).toBeUndefined()
})

test.each(['a01-admission', 'a40-two-merges'])(
  '%s cut at every byte throws coded errors only, and twice gives the same',
  async (name) => {
    await assertTruncationSafe(adt, fixture(name), 'ADT^A01')
    expect(decode(fixture(name))).toEqual(decode(fixture(name)))
  }
)

describe('diagnoses', () => {
  const PV1 = ['PV1', '1', 'I', '3W', ...Array.from({ length: 15 }, () => ''), 'V-1'].join('|')
  const conditions = (...dg1: string[]) =>
    decode(message('A03', 'PID|1||4711^^^KLINIK^MR', PV1, ...dg1)).groups[0]!.resources

  test('each code of a visit is one Condition, final ones confirmed', () => {
    const found = conditions(
      'DG1|1||I50.9^Heart failure^I10||20260301|F',
      'DG1|2||J44.1^COPD^I10|||A',
      'DG1|3||I50.9^Heart failure^I10|||F'
    )
    expect(found.map(({ businessKey }) => businessKey)).toEqual([
      'diagnosis|KLINIK|V-1|http://hl7.org/fhir/sid/icd-10|I50.9',
      'diagnosis|KLINIK|V-1|http://hl7.org/fhir/sid/icd-10|J44.1'
    ])
    expect(found[1]!.resource).toMatchObject({
      resourceType: 'Condition',
      verificationStatus: { coding: [{ code: 'provisional' }] },
      code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10', code: 'J44.1', display: 'COPD' }] },
      subject: { reference: 'urn:hisbundle:subject' },
      encounter: { reference: 'urn:hisbundle:encounter' },
      recordedDate: '2026-03-01T11:00:00.000Z'
    })
    expect(found[0]!.resource).toMatchObject({ verificationStatus: { coding: [{ code: 'confirmed' }] } })
  })

  test('one that was taken back says so, and a day is never midnight', () => {
    const [one] = conditions('DG1|1||I50.9^^I10||20260228|F|||||||||||||||D')
    expect(one!.resource).toMatchObject({
      verificationStatus: { coding: [{ code: 'entered-in-error' }] },
      recordedDate: '2026-02-28'
    })
  })

  test.each([
    ['no code', 'DG1|1|||chest pain||F'],
    ['words only', 'DG1|1||^chest pain||20260301|F']
  ])('%s is no diagnosis', (_, dg1) => {
    expect(conditions(dg1)).toEqual([])
  })

  test('without a visit number there is nothing to hang it on', () => {
    const [group] = decode(message('A03', 'PID|1||4711^^^KLINIK^MR', 'PV1|1|I|3W', 'DG1|1||I50.9^^I10|||F')).groups
    expect(group!.resources).toEqual([])
  })
})
