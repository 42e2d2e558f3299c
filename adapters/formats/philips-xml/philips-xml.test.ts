import { readFileSync } from 'node:fs'
import { AppError } from '../../../core/errors/app-error.ts'
import { sha256 } from '../../../core/ids.ts'
import { dataPath, dataTest } from '../../../test/support/data.ts'
import { fileDecoder, recordingOf, TESTMANN } from '../../../test/support/decode-file.ts'
import { seededRandom } from '../../../test/support/seeded-random.ts'
import { base64Bytes } from '../../ecg/base64.ts'
import { attributeOf, descendantsOf, numberOf, textAt } from '../../ecg/xml/element.ts'
import { parseXml } from '../../ecg/xml/parse.ts'
import format from './index.ts'
import { packChannel, packLzw } from './testing/pack.ts'
import { unpackXli } from './xli/chunk.ts'
import { unpackLzw } from './xli/lzw.ts'

const fixture = (name: string): Buffer => readFileSync(new URL(`fixtures/${name}`, import.meta.url))
const XLI = fixture('xli-103.xml').toString()

const decode = fileDecoder(format)
const errorOf = (work: () => unknown): Partial<AppError> => {
  try {
    work()
  } catch (error) {
    if (error instanceof AppError) return { code: error.code, reason: error.reason }
    throw error
  }
  throw new Error('it was read')
}

describe('reading', () => {
  test('says who, when, by what, and every lead, without the calibration pulse', async () => {
    const decoded = await decode(XLI)
    expect(decoded.groups[0]!.subject).toEqual({ identifiers: [{ value: 'T-100' }], ...TESTMANN })
    const { waveforms, ...recording } = recordingOf(decoded)
    expect(recording).toEqual({
      businessKey: expect.stringMatching(/^philips-xml\|[0-9a-f]{32}$/),
      acquiredAt: { instant: '2026-03-01T07:15:00.000Z', text: '2026-03-01T08:15:00', precision: 'second' },
      receivedFrom: 'ecg',
      state: 'final',
      device: { manufacturer: 'Maker', model: 'Cart X', serial: 'SN-9' },
      statements: [
        'Sinus rhythm, rate 50-99',
        '- NORMAL ECG -',
        'Unconfirmed diagnosis',
        'heartrate = 60 /min',
        'meanqtint = 360 ms'
      ]
    })
    const [ecg, calibration] = waveforms
    expect(ecg!.leads.map(({ name, mdc }) => [name, mdc])).toEqual([
      ['I', 1],
      ['II', 2],
      ['III', 61],
      ['aVR', 62],
      ['aVL', 63],
      ['aVF', 64],
      ['V1', 3],
      ['V2', 4],
      ['V3', 5],
      ['V4', 6],
      ['V5', 7],
      ['V6', 8]
    ])
    expect(ecg!.leads[0]).toEqual({
      name: 'I',
      mdc: 1,
      unit: 'mV',
      resolution: 0.005,
      filters: { lowHz: 0.05, highHz: 150 }
    })
    expect(ecg).toMatchObject({ kind: 'rhythm', rateHz: 250, gaps: [] })
    // fixtures/xli-103.md
    expect(ecg!.samples.slice(0, 6).map((values) => (values[51]! * 1000) / 5)).toEqual([138, 198, 60, -168, 39, 129])
    expect(ecg!.samples.map(({ length }) => length)).toEqual(new Array(12).fill(250))
    expect(ecg!.samples[7]![57]).toBe(-1.185)
    expect(calibration).toMatchObject({ kind: 'other', facts: { content: 'calibration pulse' } })
    expect(calibration!.startedAt!.instant).toBe('2026-03-01T07:15:01.000Z')
    for (const values of calibration!.samples) {
      expect([...values]).toEqual([...new Array(50).fill(0), ...new Array(50).fill(1), ...new Array(25).fill(0)])
    }
    expect(decoded.notes).toEqual([{ code: 'content-ignored', at: 'parsedwaveforms (calibration)' }])
  })

  test('reads words without compression, UTF-16, a beat and a pacemaker', async () => {
    const decoded = await decode(fixture('base64-104.xml'))
    const { waveforms, paced } = recordingOf(decoded)
    expect(paced).toBe(true)
    const xli = recordingOf(await decode(XLI)).waveforms[0]!
    expect(waveforms[0]!.leads.map(({ name }) => name)).toEqual(['I', 'II', 'V1'])
    expect(waveforms[0]!.samples).toEqual([0, 1, 6].map((lead) => xli.samples[lead]!.slice(0, 125)))
    expect(waveforms[0]!.leads[0]!.filters).toEqual({ lowHz: 0.5, highHz: 40, notchHz: 50 })
    expect(waveforms[1]).toMatchObject({ kind: 'median-beat', rateHz: 500 })
    expect([...waveforms[1]!.samples[0]!].map((value) => value * 400)).toEqual(
      [0, 1, 5, 40, 80, -3, 0, 0].map((n) => n)
    )
  })

  test('reads plain numbers, and an offset of the zero line', async () => {
    const text = XLI.replace(
      /<parsedwaveforms[^>]*>[^<]*/,
      '<parsedwaveforms dataencoding="Plain" leadlabels="II V3R">12 10 8 9'
    ).replace('<signaloffset>0', '<signaloffset>10')
    const { waveforms } = recordingOf(await decode(text))
    expect(waveforms[0]!.leads.map(({ name, mdc }) => [name, mdc])).toEqual([
      ['II', 2],
      ['V3R', undefined]
    ])
    expect(waveforms[0]!.samples.map((values) => [...values])).toEqual([
      [0.01, 0],
      [-0.01, -0.005]
    ])
  })

  test('a confirmed interpretation of the same tracing is the same recording', async () => {
    const confirmed = XLI.replace(
      '<interpretations>',
      '<interpretations><interpretation date="2026-03-02" time="09:00:00"><statement><leftstatement>Confirmed</leftstatement></statement></interpretation>'
    )
    const [before, after] = [recordingOf(await decode(XLI)), recordingOf(await decode(confirmed))]
    expect(after.businessKey).toBe(before.businessKey)
    expect(after.statements).toEqual(['Confirmed'])
  })

  test('a recording that ends in a plain silence has no calibration', async () => {
    const silent = packChannel([3, 5, ...new Array(100).fill(0)])
    const body = Buffer.concat([silent, silent]).toString('base64')
    const text = XLI.replace(
      /<parsedwaveforms[^>]*>[^<]*/,
      `<parsedwaveforms compression="XLI" dataencoding="Base64" leadlabels="V1 V2">${body}`
    )
    const decoded = await decode(text)
    expect(recordingOf(decoded).waveforms.map(({ kind, samples }) => [kind, samples[0]!.length])).toEqual([
      ['rhythm', 102]
    ])
    expect(decoded.notes).toEqual([])
  })
})

describe('refusing', () => {
  const parsed = (attributes: string, body: string): string =>
    XLI.replace(/<parsedwaveforms[^>]*>[^<]*/, `<parsedwaveforms ${attributes}>${body}`)
  const words = Buffer.alloc(48).toString('base64')

  test.each([
    ['DECODE_FAILED', 'not-sierra', '<RestingECG/>'],
    ['DECODE_FAILED', 'xml', XLI.slice(0, -30)],
    ['DECODE_FAILED', 'doctype', `<!DOCTYPE restingecgdata SYSTEM "x.dtd">${XLI.replace(/^<\?.*\?>/, '')}`],
    ['DECODE_FAILED', 'compression', parsed('dataencoding="Base64" compression="LZX"', words)],
    ['DECODE_FAILED', 'data-encoding', parsed('dataencoding="Hex"', words)],
    ['DECODE_FAILED', 'data-encoding', parsed('dataencoding="Plain" compression="XLI"', words)],
    ['DECODE_FAILED', 'base64', parsed('dataencoding="Base64"', 'a*b')],
    ['DECODE_FAILED', 'xli', parsed('dataencoding="Base64" compression="XLI"', words)],
    ['WAVEFORM_INCONSISTENT', 'no-waveform', parsed('dataencoding="Base64"', '')],
    ['WAVEFORM_INCONSISTENT', 'length', parsed('dataencoding="Base64" durationperchannel="1000"', words)],
    ['WAVEFORM_INCONSISTENT', 'length', parsed('dataencoding="Base64" leadlabels="I II III aVR aVL"', words)],
    [
      'WAVEFORM_INCONSISTENT',
      'channels',
      parsed('dataencoding="Base64" compression="XLI"', packChannel([1, 2, 3]).toString('base64'))
    ],
    ['WAVEFORM_INCONSISTENT', 'odd-bytes', parsed('dataencoding="Base64"', 'AAAA')],
    [
      'WAVEFORM_INCONSISTENT',
      'bits',
      XLI.replace('nbitspersample="16"', 'nbitspersample="12"').replace('<bitspersample>16', '<bitspersample>12')
    ],
    ['WAVEFORM_INCONSISTENT', 'rate', XLI.replace('<samplingrate>250', '<samplingrate>0')],
    ['UNIT_UNKNOWN', undefined, XLI.replace(/<signalresolution>.*<\/signalresolution>/, '')],
    ['LEAD_UNKNOWN', undefined, parsed('dataencoding="Base64" leadlabels="I Q7"', words)],
    ['LEAD_UNKNOWN', undefined, XLI.replace('<numberchannelsvalid>12', '<numberchannelsvalid>8')],
    ['TIME_UNUSABLE', 'absent', XLI.replaceAll(/ (date|time)="[^"]*"/g, '')],
    ['TIME_UNUSABLE', 'date-only', XLI.replace('time="08:15:00" statflag', 'time="soon" statflag')],
    ['MESSAGE_TOO_LARGE', 'samples', XLI.replace('durationperchannel="1500"', 'durationperchannel="99999999999"')],
    ['MESSAGE_TOO_LARGE', 'xli', XLI.replace('durationperchannel="1500"', 'durationperchannel="1496"')],
    ['MESSAGE_TOO_LARGE', 'xml-depth', `<restingecgdata>${'<a>'.repeat(10_000)}`],
    ['MESSAGE_TOO_LARGE', 'xml-elements', `<restingecgdata>${'<a/>'.repeat(1_000_000)}</restingecgdata>`]
  ])('by %s, %s (case %#)', async (code, reason, body) => {
    await expect(decode(body)).rejects.toEqual(expect.objectContaining({ code, reason }))
  })

  test('a base64 text of 54 MB by its length, without a copy of it as samples', async () => {
    const body = parsed('dataencoding="Base64"', 'AAAA'.repeat(13_400_000))
    await expect(decode(body)).rejects.toEqual(
      expect.objectContaining({ code: 'MESSAGE_TOO_LARGE', reason: 'samples' })
    )
  })
})

describe('XLI', () => {
  test('unpacks what was packed, whatever the counts', () => {
    const random = seededRandom(4004)
    for (let round = 0; round < 20; round++) {
      const length = 3 + Math.floor(random() * 4000)
      const swing = 2 ** (1 + Math.floor(random() * 12))
      const counts = Array.from({ length }, () => Math.floor((random() - 0.5) * swing))
      const [channel] = unpackXli(packChannel(counts), { maxChannels: 1, maxSamples: length })
      expect([...channel!]).toEqual(counts.map((count) => (count === 0 ? 0 : count)))
    }
  })

  test('keeps its table when it is full, as the packer does', () => {
    const bytes = Buffer.from(Array.from({ length: 60_000 }, (_, n) => (n * n) % 251))
    expect(Buffer.from(unpackLzw(packLzw(bytes), bytes.length)).equals(bytes)).toBe(true)
  })

  test('a run of one byte meets the code that is not whole yet', () => {
    const run = Buffer.alloc(5000, 7)
    expect(Buffer.from(unpackLzw(packLzw(run), 5000)).equals(run)).toBe(true)
  })

  test('never gives more bytes than it is allowed', () => {
    const packed = packLzw(Buffer.alloc(100_000))
    expect(packed.length).toBeLessThan(1000)
    expect(errorOf(() => unpackLzw(packed, 99_999))).toEqual({ code: 'MESSAGE_TOO_LARGE', reason: 'xli' })
    expect(unpackLzw(packed, 100_000)).toHaveLength(100_000)
  })

  test('refuses a code that cannot be there yet', () => {
    // 300 = 01 0010 1100 as the first code.
    expect(errorOf(() => unpackLzw(Buffer.from([0b01001011, 0b00000000]), 100))).toEqual({
      code: 'DECODE_FAILED',
      reason: 'xli'
    })
  })

  test('cut or changed anywhere it gives samples within its bounds or a coded error', () => {
    const random = seededRandom(77)
    const whole = Buffer.concat([
      packChannel([0, 1, 4, 9, 16, -3, 2]),
      packChannel(Array.from({ length: 300 }, (_, n) => (n * 37) % 90))
    ])
    const attempt = (stream: Buffer): void => {
      try {
        const channels = unpackXli(stream, { maxChannels: 4, maxSamples: 400 })
        for (const values of channels) {
          expect(values.length).toBeLessThanOrEqual(400)
          expect(values.every((value) => Math.abs(value) <= 0x8000)).toBe(true)
        }
      } catch (error) {
        if (!(error instanceof AppError)) throw error
      }
    }
    for (let length = 0; length < whole.length; length++) attempt(whole.subarray(0, length))
    for (let n = 0; n < 3000; n++) {
      const changed = Buffer.from(whole)
      changed[Math.floor(random() * changed.length)] = Math.floor(random() * 256)
      attempt(changed)
    }
    for (let n = 0; n < 500; n++) attempt(Buffer.from(Array.from({ length: 60 }, () => Math.floor(random() * 256))))
  })
})

describe('the public sample (README, how the decoding was established)', () => {
  const read = (): Buffer => {
    const bytes = readFileSync(dataPath('ecg', 'formats', 'philips_sierra', '129DYPRG.XML'))
    expect(sha256(bytes)).toBe('1482b3eb1e77daedc82d823c08b0f6d6fafe5cde76c1226a278312c68bd21f78')
    return bytes
  }
  /** Counts of the ECG and of the calibration, by lead. */
  const countsByLead = async (): Promise<{ ecg: Map<string, number[]>; pulse: Map<string, number[]> }> => {
    const [ecg, pulse] = recordingOf(await decode(read())).waveforms.map(
      ({ leads, samples }) =>
        new Map(leads.map(({ name }, n) => [name, [...samples[n]!].map((value) => Math.round(value * 200))] as const))
    )
    return { ecg: ecg!, pulse: pulse! }
  }
  const sums = (leads: readonly (readonly [number[] | undefined, number])[]): number[] =>
    leads[0]![0]!.map((_, n) => leads.reduce((sum, [values, sign]) => sum + sign * values![n]!, 0))

  dataTest('its stream ends with its sixteenth chunk, and every channel has the stated length', async () => {
    const parsed = descendantsOf(parseXml(read()), 'parsedwaveforms')[0]!
    const stream = base64Bytes(parsed.text, 'x')
    const sizes: number[] = []
    let at = 0
    for (; at < stream.length; at += 8 + sizes.at(-1)!) sizes.push(stream.readInt32LE(at))
    expect([sizes.length, at]).toEqual([16, stream.length])
    const channels = unpackXli(stream, { maxChannels: 16, maxSamples: 5500 })
    // durationperchannel 11,000 ms at 500 Hz
    expect(channels.map(({ length }) => length)).toEqual(new Array(16).fill(5500))
  })

  dataTest('the calibration pulse is +1 mV for 200 ms in all twelve leads', async () => {
    const { pulse } = await countsByLead()
    expect([...pulse.keys()]).toHaveLength(12)
    for (const counts of pulse.values()) {
      expect(counts.filter((count) => count !== 0)).toEqual(new Array(100).fill(200))
      expect(counts.slice(-50)).toEqual(new Array(50).fill(0))
    }
  })

  dataTest('Einthoven and Goldberger hold within 3 counts of 5 uV', async () => {
    const { ecg } = await countsByLead()
    const lead = (name: string): number[] => ecg.get(name)!
    const einthoven = sums([
      [lead('I'), 1],
      [lead('III'), 1],
      [lead('II'), -1]
    ])
    const goldberger = sums([
      [lead('aVR'), 1],
      [lead('aVL'), 1],
      [lead('aVF'), 1]
    ])
    for (const residual of [einthoven, goldberger]) expect(Math.max(...residual.map(Math.abs))).toBeLessThanOrEqual(3)
    // The leads are no zeros: what cancels is the signal.
    for (const name of ['I', 'II', 'III']) expect(Math.max(...lead(name).map(Math.abs))).toBeGreaterThan(90)
  })

  dataTest('halves are cut towards zero', async () => {
    const { ecg } = await countsByLead()
    const error = (isNegative: boolean): number => {
      const sum = sums([
        [ecg.get('II'), 1],
        [ecg.get('III'), 1]
      ])
      const odd = sum.flatMap((value, n) =>
        value % 2 !== 0 && value < 0 === isNegative ? [ecg.get('aVF')![n]! - value / 2] : []
      )
      expect(odd.length).toBeGreaterThan(500)
      return odd.reduce((total, value) => total + value, 0) / odd.length
    }
    expect(Math.abs(error(false))).toBeLessThan(0.1)
    expect(Math.abs(error(true))).toBeLessThan(0.1)
  })

  dataTest('amplitudes agree with those that the cart measured', async () => {
    const { ecg } = await countsByLead()
    const differences: number[] = []
    for (const measured of descendantsOf(parseXml(read()), 'leadmeasurement')) {
      const counts = ecg.get(attributeOf(measured, 'leadname') ?? '')!
      const stated = (wave: string): number => numberOf(textAt(measured, wave)) ?? 0
      const waves = ['qamp', 'ramp', 'samp', 'tamp'].map(stated)
      // The extremes of the whole lead against the largest waves of the cart's average beat, on its own baseline.
      for (const [own, cart] of [
        [Math.max(...counts) * 5, Math.max(...waves)],
        [Math.min(...counts) * 5, Math.min(...waves)]
      ] as const) {
        if (Math.abs(cart) >= 300) differences.push(Math.abs(own - cart))
      }
    }
    expect(differences.length).toBeGreaterThanOrEqual(12)
    expect(Math.max(...differences)).toBeLessThanOrEqual(100)
    expect(differences.toSorted((a, b) => a - b)[differences.length >> 1]).toBeLessThanOrEqual(40)
  })

  dataTest('says who, when and what as the cart wrote it', async () => {
    const decoded = await decode(read())
    expect(decoded.groups[0]!.subject).toEqual({ identifiers: [{ value: '1112010721168bdc' }], sex: 'male' })
    const { acquiredAt, device, statements, paced } = recordingOf(decoded)
    expect(acquiredAt.instant).toBe('2011-12-01T06:27:34.000Z')
    expect(device).toEqual({ model: 'HeartstartMRx', serial: '0001' })
    expect(statements).toContain('Inferior infarct, acute (LCx), ST>0.10mV, II III aVF, STd V1-V3')
    expect(paced).toBeUndefined()
  })
})
