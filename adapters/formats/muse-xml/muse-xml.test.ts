import { readFileSync } from 'node:fs'
import { fileDecoder, recordingOf, TESTMANN } from '../../../test/support/decode-file.ts'
import format from './index.ts'

const FIXTURE = readFileSync(new URL('fixtures/eight-leads.xml', import.meta.url)).toString('latin1')

/** Texts are ISO 8859-1, as the fixture declares. */
const decode: ReturnType<typeof fileDecoder> = (body, options) =>
  fileDecoder(format, { zone: 'America/Chicago' })(Buffer.from(body as string, 'latin1'), options)

const words = (...counts: number[]): string => Buffer.from(Int16Array.from(counts).buffer).toString('base64')
const lead = (name: string, data = words(1, 2), more = ''): string =>
  `<LeadData><LeadAmplitudeUnitsPerBit>5</LeadAmplitudeUnitsPerBit><LeadAmplitudeUnits>MICROVOLTS</LeadAmplitudeUnits><LeadID>${name}</LeadID>${more}<WaveFormData>${data}</WaveFormData></LeadData>`
const rhythm = (leads: string, more = '<SampleBase>500</SampleBase>'): string =>
  `<Waveform><WaveformType>Rhythm</WaveformType>${more}${leads}</Waveform>`
const TEST =
  '<TestDemographics><AcquisitionTime>08:15:00</AcquisitionTime><AcquisitionDate>03-01-2026</AcquisitionDate></TestDemographics>'
const document = (content: string, head = TEST): string => `<RestingECG>${head}${content}</RestingECG>`
const diagnosis = (text: string): string =>
  document(
    `<Diagnosis><DiagnosisStatement><StmtText>${text}</StmtText></DiagnosisStatement></Diagnosis>${rhythm(lead('I'))}`
  )

describe('reading', () => {
  test('says who, when, by what, and twelve leads of eight', async () => {
    const decoded = await decode(FIXTURE)
    expect(decoded.groups[0]!.subject).toEqual({ identifiers: [{ value: 'T-100' }], ...TESTMANN })
    const { waveforms, ...recording } = recordingOf(decoded)
    expect(recording).toEqual({
      businessKey: expect.stringMatching(/^muse-xml\|[0-9a-f]{32}$/),
      // Chicago is at -06:00 in winter.
      acquiredAt: { instant: '2026-03-01T14:15:00.000Z', text: '2026-03-01T08:15:00', precision: 'second' },
      receivedFrom: 'ecg',
      state: 'final',
      device: { manufacturer: 'GE', model: 'MAC55', serial: '7' },
      statements: [
        'Normal sinus rhythm',
        'Possible Left atrial enlargement',
        'VentricularRate = 60 /min',
        'PRInterval = 150 ms',
        'QRSDuration = 88 ms',
        'QTInterval = 360 ms',
        'QTCorrected = 360 ms'
      ]
    })
    const [ecg, median] = waveforms
    expect(ecg!.leads.map(({ name, mdc, derived }) => [name, mdc, derived])).toEqual([
      ['I', 1, undefined],
      ['II', 2, undefined],
      ['III', 61, true],
      ['aVR', 62, true],
      ['aVL', 63, true],
      ['aVF', 64, true],
      ['V1', 3, undefined],
      ['V2', 4, undefined],
      ['V3', 5, undefined],
      ['V4', 6, undefined],
      ['V5', 7, undefined],
      ['V6', 8, undefined]
    ])
    // SampleBase 25, SampleExponent 1; HighPassFilter 16 = 0.16 Hz (README, to confirm)
    expect(ecg).toMatchObject({ kind: 'rhythm', rateHz: 250, gaps: [] })
    expect(ecg!.leads[0]!.filters).toEqual({ lowHz: 0.16, highHz: 100, notchHz: 60 })
    expect(median).toMatchObject({ kind: 'median-beat', rateHz: 500 })
    expect(median!.startedAt).toBeUndefined()
    // fixtures/eight-leads.md
    const at = (name: string): number => ecg!.samples[ecg!.leads.findIndex((one) => one.name === name)]![51]!
    expect([at('I'), at('II'), at('III'), at('aVR')].map((value) => value.toFixed(5))).toEqual([
      '0.69296',
      '0.99064',
      '0.29768',
      '-0.84180'
    ])
    expect(ecg!.samples.map(({ length }) => length)).toEqual(new Array(12).fill(120))
  })

  test('derived leads obey Einthoven and Goldberger to the last bit that doubles have', async () => {
    const { leads, samples } = recordingOf(await decode(FIXTURE)).waveforms[0]!
    const of = (name: string): Float64Array => samples[leads.findIndex((one) => one.name === name)]!
    for (let n = 0; n < 120; n++) {
      expect(of('I')[n]! + of('III')[n]! - of('II')[n]!).toBeCloseTo(0, 12)
      expect(of('aVR')[n]! + of('aVL')[n]! + of('aVF')[n]!).toBeCloseTo(0, 12)
    }
  })

  test('takes limb leads that are there from the file, and other chest leads by name', async () => {
    const leads = [lead('I'), lead('II'), lead('III', words(9, 9)), lead('V3R')].join('')
    const [ecg] = recordingOf(await decode(document(rhythm(leads)))).waveforms
    expect(ecg!.leads.map(({ name, derived }) => [name, derived === true])).toEqual([
      ['I', false],
      ['II', false],
      ['III', false],
      ['aVR', true],
      ['aVL', true],
      ['aVF', true],
      ['V3R', false]
    ])
    expect([...ecg!.samples[2]!]).toEqual([0.045, 0.045])
  })

  test('makes nothing of one limb lead', async () => {
    const { waveforms } = recordingOf(await decode(document(rhythm(lead('II') + lead('V1')))))
    expect(waveforms[0]!.leads.map(({ name }) => name)).toEqual(['II', 'V1'])
  })

  test.each([
    ['<SampleBase>4</SampleBase><SampleExponent>3</SampleExponent>', 4000],
    ['<SampleBase>2500</SampleBase><SampleExponent>-1</SampleExponent>', 250],
    ['<SampleBase>500</SampleBase>', 500]
  ])('takes %s for its rate', async (rate, hertz) => {
    expect(recordingOf(await decode(document(rhythm(lead('I'), rate)))).waveforms[0]!.rateHz).toBe(hertz)
  })

  test.each([
    ['Electronic ventricular pacemaker', true],
    ['AV dual-paced rhythm', true],
    ['Wandering atrial pacemaker', undefined],
    ['Sinus rhythm has replaced Electronic atrial pacemaker', undefined],
    ['Ventricular-paced rhythm is no longer present', undefined]
  ])('says of %p that it is paced: %p', async (text, paced) => {
    expect(recordingOf(await decode(diagnosis(text))).paced).toBe(paced)
  })

  test.each([
    ['03/01/2026', '2026-03-01T14:15:00.000Z'],
    ['2026-03-01', '2026-03-01T14:15:00.000Z']
  ])('takes the date %s', async (date, instant) => {
    const head = TEST.replace('03-01-2026', date)
    expect(recordingOf(await decode(document(rhythm(lead('I')), head))).acquiredAt.instant).toBe(instant)
  })

  test('is one recording before and after it was edited', async () => {
    const key = async (body: string): Promise<string> => recordingOf(await decode(body)).businessKey
    expect(await key(FIXTURE)).toBe(await key(FIXTURE.replace('Normal sinus rhythm', 'Atrial flutter')))
    expect(await key(FIXTURE)).not.toBe(await key(FIXTURE.replace('08:15:00', '08:16:00')))
    expect(await key(FIXTURE)).not.toMatch(/T-100/)
  })

  test('keeps that a lead was off', async () => {
    const [ecg] = recordingOf(await decode(document(rhythm(lead('V1', words(1), '<LeadOff>TRUE</LeadOff>'))))).waveforms
    expect(ecg!.facts).toEqual({ 'lead off': 'V1' })
  })
})

describe('the DOCTYPE of exports', () => {
  const exported = FIXTURE.replace('?>\n', '?>\n<!DOCTYPE RestingECG SYSTEM "restecg.dtd">\n')

  test('is refused, and passed over where the feed allows it', async () => {
    await expect(decode(exported)).rejects.toEqual(
      expect.objectContaining({ code: 'DECODE_FAILED', reason: 'doctype' })
    )
    expect(await decode(exported, { museExternalDoctype: true })).toEqual(await decode(FIXTURE))
  })

  test.each([
    exported.replace('"restecg.dtd"', '"restecg.dtd" [<!ENTITY e SYSTEM "file:///etc/passwd">]'),
    exported.replace('DOCTYPE RestingECG', 'DOCTYPE Other'),
    exported.replace('SYSTEM', 'PUBLIC "a"'),
    exported.replace(' SYSTEM "restecg.dtd"', '[<!ENTITY a "b">]')
  ])('stays refused when it is more than that (case %#)', async (body) => {
    await expect(decode(body, { museExternalDoctype: true })).rejects.toEqual(
      expect.objectContaining({ code: 'DECODE_FAILED', reason: 'doctype' })
    )
  })
})

describe('refusing', () => {
  test.each([
    ['DECODE_FAILED', 'not-muse', '<AnnotatedECG/>'],
    ['DECODE_FAILED', 'xml', FIXTURE.slice(0, -20)],
    ['DECODE_FAILED', 'base64', document(rhythm(lead('I', 'a*')))],
    ['WAVEFORM_INCONSISTENT', 'no-waveform', document('')],
    ['WAVEFORM_INCONSISTENT', 'no-samples', document(rhythm(''))],
    ['WAVEFORM_INCONSISTENT', 'no-samples', document(rhythm(lead('I', '')))],
    ['WAVEFORM_INCONSISTENT', 'odd-bytes', document(rhythm(lead('I', 'AAAA')))],
    ['WAVEFORM_INCONSISTENT', 'rate', document(rhythm(lead('I'), ''))],
    [
      'WAVEFORM_INCONSISTENT',
      'rate',
      document(rhythm(lead('I'), '<SampleBase>500</SampleBase><SampleExponent>999</SampleExponent>'))
    ],
    [
      'WAVEFORM_INCONSISTENT',
      'rate',
      document(rhythm(lead('I'), '<SampleBase>500</SampleBase><SampleExponent>0.5</SampleExponent>'))
    ],
    ['WAVEFORM_INCONSISTENT', 'lead-twice', document(rhythm(lead('I') + lead('I')))],
    [
      'WAVEFORM_INCONSISTENT',
      'length',
      document(rhythm(lead('I', words(1), '<LeadSampleCountTotal>2</LeadSampleCountTotal>')))
    ],
    [
      'WAVEFORM_INCONSISTENT',
      'lead-offset',
      document(rhythm(lead('I', words(1), '<LeadTimeOffset>4</LeadTimeOffset>')))
    ],
    [
      'WAVEFORM_INCONSISTENT',
      'sample-size',
      document(rhythm(lead('I', words(1), '<LeadSampleSize>3</LeadSampleSize>')))
    ],
    [
      'WAVEFORM_INCONSISTENT',
      'sample-type',
      document(rhythm(lead('I'), '<SampleBase>1</SampleBase><SampleType>DELTA</SampleType>'))
    ],
    ['WAVEFORM_INCONSISTENT', 'channels', document(rhythm(lead('I').repeat(257)))],
    ['WAVEFORM_INCONSISTENT', 'waveforms', document(rhythm(lead('I')).repeat(17))],
    ['UNIT_UNKNOWN', undefined, document(rhythm(lead('I').replace('MICROVOLTS', 'BITS')))],
    ['UNIT_UNKNOWN', undefined, document(rhythm(lead('I').replace('>5<', '><')))],
    ['LEAD_UNKNOWN', undefined, document(rhythm(lead('Q1')))],
    ['TIME_UNUSABLE', 'absent', document(rhythm(lead('I')), '')],
    ['TIME_UNUSABLE', 'absent', document(rhythm(lead('I')), TEST.replace('03-01-2026', '31-01-2026'))],
    ['TIME_UNUSABLE', 'date-only', document(rhythm(lead('I')), TEST.replace('08:15:00', ''))],
    ['MESSAGE_TOO_LARGE', 'xml-depth', `<RestingECG>${'<a>'.repeat(10_000)}`],
    ['MESSAGE_TOO_LARGE', 'xml-elements', `<RestingECG>${'<Waveform/>'.repeat(1_000_000)}</RestingECG>`],
    ['MESSAGE_TOO_LARGE', 'samples', document(rhythm(lead('I', 'AAAA'.repeat(13_400_000))))]
  ])('by %s, %s (case %#)', async (code, reason, body) => {
    await expect(decode(body)).rejects.toEqual(expect.objectContaining({ code, reason }))
  })
})
