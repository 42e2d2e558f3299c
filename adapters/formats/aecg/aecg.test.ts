import { readFileSync } from 'node:fs'
import type { Decoded } from '../../../core/decoded.ts'
import { AppError } from '../../../core/errors/app-error.ts'
import type { EncodableRecording } from '../../../core/format.ts'
import { sha256 } from '../../../core/ids.ts'
import type { Waveform } from '../../../core/waveform.ts'
import { dataPath, dataTest } from '../../../test/support/data.ts'
import { fileDecoder, recordingOf, TESTMANN } from '../../../test/support/decode-file.ts'
import type { XmlElement } from '../../ecg/xml/element.ts'
import { parseXml } from '../../ecg/xml/parse.ts'
import format from './index.ts'

const FIXTURE = readFileSync(new URL('fixtures/three-leads.xml', import.meta.url))

const decode = fileDecoder(format)

interface SetParts {
  time?: string
  leads?: string
}
const lead = (code: string, digits: string, { scale = '<scale value="2.5" unit="uV"/>', origin = '' } = {}): string =>
  `<component><sequence><code code="${code}"/><value xsi:type="SLIST_PQ">${origin}${scale}<digits>${digits}</digits></value></sequence></component>`
const glist = (code: string, head: string, increment = '<increment value="0.002" unit="s"/>'): string =>
  `<component><sequence><code code="${code}"/><value>${head}${increment}</value></sequence></component>`
const absolute = (at: string): string => glist('TIME_ABSOLUTE', `<head value="${at}"/>`)
const set = ({ time = absolute('20260301081500'), leads = lead('MDC_ECG_LEAD_I', '1 2') }: SetParts = {}): string =>
  `<component><sequenceSet>${time}${leads}</sequenceSet></component>`

/** An aECG of one series with the sets given. */
const document = (sets: string, { subject = '', series = '', effective = '' } = {}): string =>
  `<AnnotatedECG xmlns="urn:hl7-org:v3" xmlns:xsi="x"><effectiveTime>${effective}</effectiveTime><componentOf><timepointEvent><componentOf>
   <subjectAssignment><subject><trialSubject>${subject}</trialSubject></subject></subjectAssignment></componentOf></timepointEvent></componentOf>
   <component><series><code code="RHYTHM"/>${series}${sets}</series></component></AnnotatedECG>`

describe('reading', () => {
  test('says who, when, by what and every sample', async () => {
    const decoded = await decode(FIXTURE)
    expect(decoded.groups[0]!.subject).toEqual({ identifiers: [{ value: 'S-17', authority: '2.25.7' }], ...TESTMANN })
    const { waveforms, ...recording } = recordingOf(decoded)
    expect(recording).toEqual({
      businessKey: expect.stringMatching(/^aecg\|[0-9a-f]{32}$/),
      acquiredAt: {
        instant: '2026-03-01T07:15:00.250Z',
        text: '20260301081500.250+0100',
        precision: 'fraction'
      },
      receivedFrom: 'ecg',
      state: 'final',
      statements: ['MDC_ECG_TIME_PD_QT = 360 ms', 'Sinus rhythm & nothing else'],
      device: { manufacturer: 'Maker', model: 'Model A', serial: 'SN-5' }
    })
    expect(waveforms).toHaveLength(1)
    expect(waveforms[0]).toMatchObject({ kind: 'rhythm', rateHz: 500, gaps: [], facts: { software: '1.2' } })
    expect(waveforms[0]!.leads).toEqual([
      { name: 'I', mdc: 1, unit: 'mV', resolution: 0.0025, filters: { highHz: 150 } },
      { name: 'II', mdc: 2, unit: 'mV', resolution: 0.0025, filters: { highHz: 150 } },
      { name: 'V2', mdc: 4, unit: 'mV', resolution: 0.005, filters: { highHz: 150 } }
    ])
    // fixtures/three-leads.md
    expect(waveforms[0]!.samples[1]!.indexOf(0.99)).toBe(102)
    expect(decoded.correlation).toEqual({ parentEnvelopeId: 'P' })
    expect(decoded.notes).toEqual([])
  })

  test.each([
    ['uV', '<scale value="2.5" unit="uV"/>', '', [0.0025, -0.005]],
    ['\u00b5V', '<scale value="2.5" unit="\u00b5V"/>', '', [0.0025, -0.005]],
    ['mV', '<scale value="0.0025" unit="mV"/>', '', [0.0025, -0.005]],
    ['V', '<scale value="0.0000025" unit="V"/>', '', [0.0025, -0.005]],
    ['nV', '<scale value="2500" unit="nV"/>', '', [0.0025, -0.005]],
    ['an origin in its unit', '<scale value="2.5" unit="uV"/>', '<origin value="100" unit="uV"/>', [0.1025, 0.095]],
    ['an origin in another', '<scale value="2.5" unit="uV"/>', '<origin value="0.1" unit="mV"/>', [0.1025, 0.095]],
    ['a negative scale', '<scale value="-2.5" unit="uV"/>', '', [-0.0025, 0.005]]
  ])('scales digits by %s', async (_, scale, origin, millivolts) => {
    const leads = lead('MDC_ECG_LEAD_I', ' 1\n-2 ', { scale, origin })
    const { waveforms } = recordingOf(await decode(document(set({ leads }))))
    expect(waveforms[0]!.leads[0]!.resolution).toBeCloseTo(0.0025, 15)
    for (const [n, value] of millivolts.entries()) expect(waveforms[0]!.samples[0]![n]).toBeCloseTo(value, 15)
  })

  test.each([
    ['in the zone of the feed', absolute('20260701081500.5'), '2026-07-01T06:15:00.500Z'],
    ['with an offset', absolute('20260701081500-0500'), '2026-07-01T13:15:00.000Z'],
    ['with a long fraction', absolute('20260701081500.123456789+0000'), '2026-07-01T08:15:00.123Z'],
    ['relative to the series', glist('TIME_RELATIVE', '<head value="250" unit="ms"/>'), '2026-06-01T00:00:01.250Z']
  ])('places a start %s', async (_, time, instant) => {
    const series = '<effectiveTime><low value="20260601000001+0000"/></effectiveTime>'
    const recording = recordingOf(await decode(document(set({ time }), { series })))
    expect(recording.acquiredAt.instant).toBe(instant)
    expect(recording.waveforms[0]!.startedAt?.instant).toBe(instant)
  })

  test('marks an hour that daylight saving repeats', async () => {
    const decoded = await decode(document(set({ time: absolute('20261025023000') })))
    expect(decoded.notes).toContainEqual({ code: 'time-ambiguous', at: 'AnnotatedECG/effectiveTime' })
  })

  test('takes the time of the document where no set has one', async () => {
    const time = glist('TIME_RELATIVE', '<head value="0" unit="s"/>')
    const center = '<center value="20260301081500+0000"/>'
    expect(recordingOf(await decode(document(set({ time }), { effective: center }))).acquiredAt.instant).toBe(
      '2026-03-01T08:15:00.000Z'
    )
  })

  test.each([
    ['1 ms', '<increment value="1" unit="ms"/>', 1000],
    ['2000 us', '<increment value="2000" unit="us"/>', 500],
    ['1/360 s, rounded', '<increment value="0.0027777" unit="s"/>', 360]
  ])('takes an increment of %s for its rate', async (_, increment, rateHz) => {
    const time = glist('TIME_ABSOLUTE', '<head value="20260301081500"/>', increment)
    expect(recordingOf(await decode(document(set({ time })))).waveforms[0]!.rateHz).toBe(rateHz)
  })

  test('joins lead groups that were recorded one after the other, with gaps where a lead was not', async () => {
    const sets = [
      set({
        time: absolute('20260301081500.000'),
        leads: lead('MDC_ECG_LEAD_I', '1 2') + lead('MDC_ECG_LEAD_II', '5 6')
      }),
      set({ time: absolute('20260301081500.004'), leads: lead('MDC_ECG_LEAD_V1', '3 4') }),
      set({ time: absolute('20260301081500.008'), leads: lead('MDC_ECG_LEAD_I', '7') })
    ].join('')
    const { waveforms } = recordingOf(await decode(document(sets)))
    expect(waveforms).toHaveLength(1)
    expect(waveforms[0]!.leads.map(({ name }) => name)).toEqual(['I', 'II', 'V1'])
    expect(waveforms[0]!.samples.map((values) => [...values].map((v) => (v * 1000) / 2.5))).toEqual([
      [1, 2, Number.NaN, Number.NaN, 7],
      [5, 6, Number.NaN, Number.NaN, Number.NaN],
      [Number.NaN, Number.NaN, 3, 4, Number.NaN]
    ])
    expect(waveforms[0]!.gaps).toEqual([
      { lead: 0, from: 2, to: 4 },
      { lead: 1, from: 2, to: 5 },
      { lead: 2, from: 0, to: 2 },
      { lead: 2, from: 4, to: 5 }
    ])
  })

  test.each([
    ['a lead twice at one time', [set(), set({ leads: lead('MDC_ECG_LEAD_I', '1 2 3') })]],
    [
      'another rate',
      [
        set(),
        set({
          time: glist('TIME_ABSOLUTE', '<head value="20260301081501"/>', '<increment value="1" unit="ms"/>'),
          leads: lead('MDC_ECG_LEAD_I', '1 2 3 4 5 6')
        })
      ]
    ],
    ['a year between', [set(), set({ time: absolute('20270301081500'), leads: lead('MDC_ECG_LEAD_I', '1 2 3') })]]
  ])('keeps sets apart, the longest first: %s', async (_, sets) => {
    const { waveforms } = recordingOf(await decode(document(sets.join(''))))
    expect(waveforms.map(({ samples }) => samples[0]!.length / 1)).toEqual([
      Math.max(...waveforms.map((w) => w.samples[0]!.length)),
      2
    ])
  })

  test('gives a derived series the filters of what it was derived of, and no start', async () => {
    const filter =
      '<controlVariable><controlVariable><code code="MDC_ECG_CTL_VBL_ATTR_FILTER_NOTCH"/><component><controlVariable><code code="MDC_ECG_CTL_VBL_ATTR_FILTER_NOTCH_FREQ"/><value value="50" unit="Hz"/></controlVariable></component></controlVariable></controlVariable>'
    const beat = `<derivation><derivedSeries><code code="REPRESENTATIVE_BEAT"/>${set({ time: glist('TIME_RELATIVE', '<head value="0" unit="s"/>') })}</derivedSeries></derivation>`
    const { waveforms } = recordingOf(await decode(document(set() + beat, { series: filter })))
    expect(waveforms.map(({ kind, startedAt }) => [kind, startedAt !== undefined])).toEqual([
      ['rhythm', true],
      ['median-beat', false]
    ])
    expect(waveforms[1]!.leads[0]!.filters).toEqual({ notchHz: 50 })
  })

  const person = (name: string): string => `<subjectDemographicPerson>${name}</subjectDemographicPerson>`
  test.each([
    [
      'parts',
      person('<name><given>A</given><family>Bee</family><given>C</given></name>'),
      { family: 'Bee', given: ['A', 'C'] }
    ],
    ['with a comma', person('<name>Bee, A C</name>'), { family: 'Bee', given: ['A', 'C'] }],
    ['one word', person('<name>Bee</name>'), { family: 'Bee' }],
    ['initials', person('<name>JMK</name>'), {}],
    ['two words', person('<name>Ann Bee</name>'), {}]
  ])('reads a name: %s', async (_, subject, names) => {
    const { family, given } = (await decode(document(set(), { subject }))).groups[0]!.subject!
    expect({ family, given }).toEqual({ family: undefined, given: undefined, ...names })
  })

  test.each([
    ['root and extension', '<id root="1.2" extension="a"/>', [{ value: 'a', authority: '1.2' }]],
    ['root alone', '<id root="1.2"/>', [{ value: '1.2' }]],
    ['extension alone', '<id extension="a"/>', [{ value: 'a' }]],
    [
      'a name for the authority',
      '<id extension="a" assigningAuthorityName="St. Mary"/>',
      [{ value: 'a', authority: 'St. Mary' }]
    ],
    ['PatientID of a cart', person('<PatientID> 7 </PatientID>'), [{ value: '7' }]],
    ['none', '', []]
  ])('reads an id: %s', async (_, subject, identifiers) => {
    expect((await decode(document(set(), { subject }))).groups[0]!.subject!.identifiers).toEqual(identifiers)
  })

  test('leaves out, and notes, what is no lead or has no value', async () => {
    const leads =
      lead('MDC_ECG_LEAD_I', '1 2') +
      lead('MDC_RESP_RATE', '3 4') +
      '<component><sequence><code code="MDC_ECG_LEAD_II"/><value nullFlavor="NAV"/></sequence></component>'
    const decoded = await decode(document(set({ leads })))
    expect(recordingOf(decoded).waveforms[0]!.leads.map(({ name }) => name)).toEqual(['I'])
    expect(decoded.notes.map(({ at }) => at)).toEqual([
      'series[1]/sequenceSet[1]/sequence[3]',
      'series[1]/sequenceSet[1]/sequence[4]'
    ])
  })

  test('is one recording when it comes again, another for another subject', async () => {
    const key = async (subject: string): Promise<string> =>
      recordingOf(
        await decode(document(set(), { subject }).replace('<effectiveTime>', '<id root="1.9"/><effectiveTime>'))
      ).businessKey
    expect(await key('<id extension="a"/>')).toBe(await key('<id extension="a"/>'))
    expect(await key('<id extension="a"/>')).not.toBe(await key('<id extension="b"/>'))
    expect(await key('<id extension="a"/>')).not.toMatch(/1\.9/)
  })
})

describe('refusing', () => {
  test.each([
    ['DECODE_FAILED', 'not-aecg', '<RestingECG/>'],
    ['WAVEFORM_INCONSISTENT', 'no-waveform', '<AnnotatedECG/>'],
    ['WAVEFORM_INCONSISTENT', 'no-waveform', document(set({ leads: '' }))],
    ['WAVEFORM_INCONSISTENT', 'time-sequence', document(set({ time: '' }))],
    [
      'WAVEFORM_INCONSISTENT',
      'irregular-time',
      document(set({ time: glist('TIME_ABSOLUTE', '<digits>1 2</digits>', '') }))
    ],
    [
      'WAVEFORM_INCONSISTENT',
      'rate',
      document(
        set({ time: glist('TIME_ABSOLUTE', '<head value="20260301081500"/>', '<increment value="0" unit="s"/>') })
      )
    ],
    ['WAVEFORM_INCONSISTENT', 'digits', document(set({ leads: lead('MDC_ECG_LEAD_I', '1 x') }))],
    ['WAVEFORM_INCONSISTENT', 'no-samples', document(set({ leads: lead('MDC_ECG_LEAD_I', '') }))],
    [
      'WAVEFORM_INCONSISTENT',
      'lead-twice',
      document(set({ leads: lead('MDC_ECG_LEAD_I', '1') + lead('MDC_ECG_LEAD_I', '1') }))
    ],
    [
      'WAVEFORM_INCONSISTENT',
      'scale',
      document(set({ leads: lead('MDC_ECG_LEAD_I', '1', { scale: '<scale value="0" unit="uV"/>' }) }))
    ],
    ['UNIT_UNKNOWN', undefined, document(set({ leads: lead('MDC_ECG_LEAD_I', '1', { scale: '<scale value="1"/>' }) }))],
    [
      'UNIT_UNKNOWN',
      undefined,
      document(set({ leads: lead('MDC_ECG_LEAD_I', '1', { scale: '<scale value="1" unit="mm"/>' }) }))
    ],
    ['UNIT_UNKNOWN', undefined, document(set({ time: glist('TIME_ABSOLUTE', '', '<increment value="2"/>') }))],
    ['LEAD_UNKNOWN', undefined, document(set({ leads: lead('MDC_ECG_LEAD_CONFIG', '1') }))],
    ['TIME_UNUSABLE', 'absent', document(set({ time: absolute('') }))],
    ['TIME_UNUSABLE', 'date-only', document(set({ time: absolute('20260301') }))],
    ['DECODE_FAILED', 'xml', FIXTURE.subarray(0, FIXTURE.length - 20)]
  ])('by %s, %s (case %#)', async (code, reason, body) => {
    await expect(decode(body)).rejects.toEqual(expect.objectContaining({ code, reason }))
  })

  test.each([
    [
      'a DOCTYPE',
      `<!DOCTYPE AnnotatedECG [<!ENTITY d "1 2">]>${document(set({ leads: lead('MDC_ECG_LEAD_I', '&d;') }))}`,
      'DECODE_FAILED',
      'doctype'
    ],
    [
      '10,000 levels',
      document(`${'<component>'.repeat(10_000)}${'</component>'.repeat(10_000)}`),
      'MESSAGE_TOO_LARGE',
      'xml-depth'
    ],
    [
      '1,000,000 series',
      `<AnnotatedECG>${'<component/>'.repeat(1_000_000)}</AnnotatedECG>`,
      'MESSAGE_TOO_LARGE',
      'xml-elements'
    ],
    [
      '20,000 series',
      `<AnnotatedECG>${'<component><series/></component>'.repeat(20_000)}</AnnotatedECG>`,
      'WAVEFORM_INCONSISTENT',
      'series'
    ],
    [
      'a huge attribute',
      document(set(), { subject: `<id extension="${'x'.repeat(10_000)}"/>` }),
      'MESSAGE_TOO_LARGE',
      'xml-attribute'
    ],
    [
      'more samples than any recording',
      document(set({ leads: lead('MDC_ECG_LEAD_I', '1 '.repeat(20_000_001)) })),
      'MESSAGE_TOO_LARGE',
      'samples'
    ]
  ])('attacks: %s', async (_, body, code, reason) => {
    await expect(decode(body)).rejects.toEqual(expect.objectContaining({ code, reason }))
  })

  test('says nothing of the input', async () => {
    const body = document(set({ leads: lead('MDC_ECG_LEAD_SECRET', '1') }))
    const error = await decode(body).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(AppError)
    expect(JSON.stringify([error, String(error)])).not.toMatch(/secret/i)
  })
})

const encodable = (decoded: Decoded): EncodableRecording => {
  const { waveforms, acquiredAt, device, statements, synthetic } = recordingOf(decoded)
  return { waveforms, acquiredAt, device, statements, synthetic, subject: decoded.groups[0]!.subject }
}

const written = (recording: EncodableRecording): Uint8Array => {
  const files = format.writer!.encode(recording, 'stem')
  expect(files.map(({ extension, mediaType }) => [extension, mediaType])).toEqual([['.xml', 'application/x-aecg+xml']])
  return files[0]!.bytes
}

/** The same signal, whatever texts stand beside it. */
const signal = ({ kind, leads, rateHz, samples, gaps, startedAt }: Waveform) => ({
  kind,
  leads,
  rateHz,
  samples,
  gaps,
  start: startedAt?.instant
})

const pathsOf = (element: XmlElement, above = ''): string[] => [
  `${above}/${element.name}`,
  ...element.children.flatMap((child) => pathsOf(child, `${above}/${element.name}`))
]

describe('writing', () => {
  test('gives back what was read', async () => {
    const before = await decode(FIXTURE)
    const after = await decode(written(encodable(before)))
    expect(recordingOf(after).waveforms.map(signal)).toEqual(recordingOf(before).waveforms.map(signal))
    expect(after.groups[0]!.subject).toEqual(before.groups[0]!.subject)
    const { statements, device, acquiredAt } = recordingOf(after)
    expect({ statements, device, instant: acquiredAt.instant }).toEqual({
      statements: recordingOf(before).statements,
      device: recordingOf(before).device,
      instant: recordingOf(before).acquiredAt.instant
    })
  })

  test('gives the same bytes twice', async () => {
    const recording = encodable(await decode(FIXTURE))
    expect(written(recording)).toEqual(written(recording))
  })

  test.each([500, 1000, 360, 257.5])('keeps gaps at %p Hz', async (rateHz) => {
    const recording = encodable(await decode(FIXTURE))
    const [whole] = recording.waveforms as [Waveform]
    const samples = whole.samples.map((values) => values.slice())
    samples[0]!.fill(Number.NaN, 50, 73)
    samples[1]!.fill(Number.NaN, 60, 280)
    samples[2]!.fill(Number.NaN, 0, 7)
    const gaps = [
      { lead: 0, from: 50, to: 73 },
      { lead: 1, from: 60, to: 280 },
      { lead: 2, from: 0, to: 7 }
    ]
    const broken = { ...whole, rateHz, samples, gaps }
    const { waveforms } = recordingOf(await decode(written({ ...recording, waveforms: [broken] })))
    expect(waveforms.map(signal)).toEqual([signal(broken)])
  })

  test('rounds to the nearest step what lies off the grid, and keeps leads without a number', async () => {
    const recording = encodable(await decode(FIXTURE))
    const odd: Waveform = {
      kind: 'rhythm',
      leads: [{ name: 'V3R', unit: 'mV', resolution: 0.00488 }],
      rateHz: 250,
      samples: [Float64Array.of(0.1, -0.1, 0)],
      gaps: []
    }
    const { waveforms } = recordingOf(await decode(written({ ...recording, waveforms: [odd] })))
    expect(waveforms[0]!.leads).toEqual([{ name: 'V3R', unit: 'mV', resolution: 0.00488 }])
    for (const [n, value] of [0.1, -0.1, 0].entries()) {
      expect(Math.abs(waveforms[0]!.samples[0]![n]! - value)).toBeLessThanOrEqual(0.00488 / 2)
    }
  })

  test('keeps what is synthetic so, and escapes what people wrote', async () => {
    const recording = {
      ...encodable(await decode(FIXTURE)),
      synthetic: true,
      statements: ['a < b & "c" > \u0001d', 'e']
    }
    const after = recordingOf(await decode(written(recording)))
    expect(after).toMatchObject({ synthetic: true, statements: ['a < b & "c" > d', 'e'] })
  })

  test.each([
    ['2.16.840.1', { value: '1', authority: '2.16.840.1' }],
    ['HOSP', { value: '1', authority: 'HOSP' }],
    ['St. Mary', { value: '1', authority: 'St. Mary' }],
    ['none', { value: '1' }]
  ])('keeps an authority: %s', async (_, identifier) => {
    const recording = { ...encodable(await decode(FIXTURE)), subject: { identifiers: [identifier] } }
    expect((await decode(written(recording))).groups[0]!.subject).toEqual({ identifiers: [identifier] })
  })

  test('writes nobody as nobody', async () => {
    const recording = { ...encodable(await decode(FIXTURE)), subject: undefined }
    expect((await decode(written(recording))).groups[0]!.subject).toEqual({ identifiers: [] })
  })

  const one = (resolution: number, unit: string): Waveform => ({
    kind: 'rhythm',
    leads: [{ name: 'I', unit, resolution }],
    rateHz: 1,
    samples: [Float64Array.of(1)],
    gaps: []
  })
  test.each([
    ['no waveform', { waveforms: [] }, 'no-waveform'],
    ['no resolution', { waveforms: [one(0, 'mV')] }, 'resolution'],
    ['another unit', { waveforms: [one(1, 'mm')] }, 'unit']
  ] as [string, Partial<EncodableRecording>, string][])('refuses %s', async (_, part, reason) => {
    const recording = { ...encodable(await decode(FIXTURE)), ...part }
    expect(() => format.writer!.encode(recording, 's')).toThrow(
      expect.objectContaining({ code: 'WAVEFORM_INCONSISTENT', reason })
    )
  })
})

describe('public files', () => {
  const read = (file: string, digest: string): Buffer => {
    const bytes = readFileSync(dataPath('ecg', 'formats', ...file.split('/')))
    expect(sha256(bytes)).toBe(digest)
    return bytes
  }
  const FILES: [string, string][] = [
    ['fda_aecg/subject1_0.xml', '4e69b67c1e80a72776f45dc5c5401bbe1d7cbb24c074094080b99483f269baaf'],
    ['fda_aecg/subject1_1.xml', 'cfbd69c3ba4afbe4a753aa50b7b4696cd01d3bbac8bae74b377d79c3bd0c5ef0'],
    ['fda_aecg/subject1_2.xml', '19190b8ccbd0e09a5c98000ba40e4ffdc7c42b636111011b9846c569d413567b'],
    ['fda_aecg/minimum_aecg.xml', 'cb35c158fc580964c744962f697cb9091731868dacf52c9fe87685415140ffe2'],
    ['liryc_aecg/hl7aecg_example.xml', '1392c2803bcc1a26963546301e50b2f2d2be02a651df90750b50c8faa1e9be08'],
    ['ecgtoolkit/Example.xml', '36d2e5f74ffe3537f44302b77b6da5abe448246122c857f5c81ea0c55f62fb6b']
  ]

  dataTest('every digit of every sequence comes out in its lead', async () => {
    for (const [file, digest] of FILES) {
      const bytes = read(file, digest)
      // The digits as the text has them, without this reader: each lead code followed by its own scale and digits.
      const text = bytes.toString().replaceAll(/<!--[\s\S]*?-->/g, '')
      const sequences = [
        ...text.matchAll(
          /code="MDC_ECG_LEAD_(\w+)"[^>]*>(?:<\/code>)?\s*<value[^>]*>\s*<origin[^>]*>(?:<\/origin>)?\s*<scale value="([\d.]+)" unit="uV"[^>]*>(?:<\/scale>)?\s*<digits>([^<]*)</g
        )
      ]
      const { waveforms } = recordingOf(await decode(bytes))
      const channels = waveforms.flatMap(({ leads, samples }) =>
        leads.map(({ name }, n) => ({ name, samples: samples[n]! }))
      )
      expect(sequences.map(([, code]) => code)).toEqual(channels.map(({ name }) => name.toUpperCase()))
      for (const [n, [, , scale, digits]] of sequences.entries()) {
        const expected = digits!
          .trim()
          .split(/\s+/)
          .map((digit) => (Number(digit) * Number(scale)) / 1000)
        expect(channels[n]!.samples).toEqual(Float64Array.from(expected))
      }
    }
  })

  dataTest('are written back to the same signal, on paths that the public files have', async () => {
    // Parts of a name (PN), which the samples do not use, and the authority of HL7's own reader.
    const known = new Set(
      ['given', 'family'].map(
        (part) =>
          `/AnnotatedECG/componentOf/timepointEvent/componentOf/subjectAssignment/subject/trialSubject/subjectDemographicPerson/name/${part}`
      )
    )
    for (const [file, digest] of FILES) for (const path of pathsOf(parseXml(read(file, digest)))) known.add(path)
    for (const [file, digest] of FILES) {
      const before = await decode(read(file, digest))
      const bytes = written(encodable(before))
      expect(pathsOf(parseXml(bytes)).filter((path) => !known.has(path))).toEqual([])
      const after = await decode(bytes)
      expect(recordingOf(after).waveforms.map(signal)).toEqual(recordingOf(before).waveforms.map(signal))
      expect(after.groups[0]!.subject).toEqual(before.groups[0]!.subject)
      expect(recordingOf(after).statements).toEqual(recordingOf(before).statements)
    }
  })

  dataTest('an empty document is refused', async () => {
    const bytes = read('fda_aecg/empty.xml', 'b88017e39dfc5b45975669970adfd2e32141affe169a7566b559d25305563950')
    await expect(decode(bytes)).rejects.toEqual(
      expect.objectContaining({ code: 'WAVEFORM_INCONSISTENT', reason: 'no-waveform' })
    )
  })

  dataTest('a cart of another maker says its own in its own way', async () => {
    const decoded = await decode(
      read('liryc_aecg/hl7aecg_example.xml', '1392c2803bcc1a26963546301e50b2f2d2be02a651df90750b50c8faa1e9be08')
    )
    expect(decoded.groups[0]!.subject).toEqual({ identifiers: [{ value: '25060897140' }], sex: 'unknown' })
    const { statements, device, paced, waveforms } = recordingOf(decoded)
    expect(statements).toContain('Rythme sinusal avec ESA')
    expect(statements).toContain('MDC_ECG_TIME_PD_QT = 418 ms')
    expect(device).toMatchObject({ model: 'BeneHeart R12', serial: 'FN-3A045256' })
    expect(paced).toBeUndefined()
    expect(waveforms[0]!.leads[0]!.filters).toEqual({ highHz: 35, lowHz: 0.56, notchHz: 50 })
  })
})
