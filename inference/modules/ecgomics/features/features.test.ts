import { seededRandom } from '../../../../test/support/seeded-random.ts'
import { areaOf } from '../../../../test/support/synthetic-ecg.ts'
import { syntheticMeasurement, TWELVE } from '../../../../test/support/synthetic-measurement.ts'
import { frontalAxis } from '../../../signal/shape/frontal-axis.ts'
import { KORS_LEADS, korsVector, vectorAngle } from '../../../signal/shape/vectorcardiogram.ts'
import type { FeatureValue } from '../types.ts'
import { CATALOGUE } from './catalogue.ts'
import { extractFeatures } from './extract.ts'

const measure = (options: Parameters<typeof syntheticMeasurement>[0] = {}) => {
  const { measured, input } = syntheticMeasurement(options)
  return extractFeatures(measured, input)
}
const find = (features: FeatureValue[], id: string, lead?: string): FeatureValue =>
  features.find((one) => one.id === id && one.lead === lead)!
const value = (features: FeatureValue[], id: string, lead?: string): number =>
  find(features, id, lead).value ?? Number.NaN

describe('the catalogue', () => {
  test('has every feature once, and each says what it is, its source and its unit', () => {
    const ids = CATALOGUE.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const { id, name, definition, reference, unit, decimals } of CATALOGUE) {
      expect(id).toMatch(/^[a-z][a-z0-9-]*(\.[a-z0-9-]+)*$/)
      expect(name.length * definition.length * reference.length * unit.length).toBeGreaterThan(0)
      expect(decimals).toBeGreaterThanOrEqual(0)
    }
  })

  test('is given whole, in its order, whatever the recording', () => {
    const features = measure()
    const leads = Object.keys(TWELVE)
    const expected = CATALOGUE.flatMap(({ id, scope }) =>
      scope === 'lead' ? leads.map((lead) => `${id} ${lead}`) : [id]
    )
    const given = features.map(({ id, lead }) => (lead ? `${id} ${lead}` : id))
    expect(given).toEqual(expected)
  })

  test.each([
    ['a whole recording', {}],
    ['two beats', { seconds: 2 }],
    ['no P wave', { pWaves: 'absent' as const }],
    ['one lead', { leads: { II: TWELVE['II']! } }]
  ])('gives a value, a word or a reason and nothing else: %s', (_, options) => {
    for (const { value: number, category, absent, confidence } of measure(options)) {
      expect([number, category, absent].filter((one) => one !== undefined)).toHaveLength(1)
      if (number !== undefined) expect(Number.isFinite(number)).toBe(true)
      if (confidence) {
        expect(confidence.low).toBeLessThanOrEqual(number!)
        expect(confidence.high).toBeGreaterThanOrEqual(number!)
      }
    }
  })
})

describe('known answers on exact waves', () => {
  const features = measure()
  test.each([
    // usualLead: P -140 to -40, QRS 0 to 90, T 200 to 380 with its peak at 310 ms; RR 800 ms.
    ['p.duration', 100],
    ['pr.interval', 140],
    ['pr.segment', 40],
    ['qrs.duration', 90],
    ['qt.interval', 380],
    ['jt.interval', 290],
    ['st.duration', 110],
    ['t.duration', 180],
    ['t.peak-end', 70],
    ['t.peak-end.qt', 70 / 380],
    ['qt.bazett', 380 / Math.sqrt(0.8)],
    ['qt.fridericia', 380 / Math.cbrt(0.8)],
    ['qt.framingham', 380 + 154 * 0.2],
    ['qt.hodges', 380 + 1.75 * 15],
    ['jt.corrected', 380 / Math.cbrt(0.8) - 90],
    ['qt.dispersion', 0],
    ['heart.rate', 75],
    ['rr.mean', 800],
    ['rr.cv', 0],
    ['beats.count', 12],
    ['template.share', 1]
  ])('%s is %d', (id, truth) => expect(value(features, id)).toBeCloseTo(truth, 6))

  test('voltages', () => {
    expect(value(features, 'voltage.sokolow-lyon')).toBeCloseTo(1 + 1.4, 2)
    expect(value(features, 'voltage.cornell')).toBeCloseTo(0.35 + 0.9, 2)
    expect(value(features, 'voltage.cornell-product')).toBeCloseTo((0.35 + 0.9) * 90, 0)
    expect(value(features, 'voltage.peguero')).toBeCloseTo(1.3 + 0.5, 2)
    expect(find(features, 'voltage.low').category).toBe('none')
  })

  test('axes and angles from the exact areas', () => {
    const area = (lead: string, kind: 'p' | 'qrs' | 't') => areaOf(TWELVE[lead]!, kind)
    for (const [id, kind] of [
      ['p.axis', 'p'],
      ['qrs.axis', 'qrs'],
      ['t.axis', 't']
    ] as const)
      expect(Math.abs(value(features, id) - frontalAxis(area('I', kind), area('aVF', kind)))).toBeLessThan(0.5)
    const vector = (kind: 'qrs' | 't') => korsVector(KORS_LEADS.map((lead) => area(lead, kind)))
    expect(Math.abs(value(features, 'qrs-t.angle.spatial') - vectorAngle(vector('qrs'), vector('t')))).toBeLessThan(1)
    expect(find(features, 'qrs.axis.category').category).toBe('normal')
  })

  test('forms, R progression and transition', () => {
    expect(find(features, 'qrs.form', 'V1').category).toBe('rS')
    expect(find(features, 'qrs.form', 'aVR').category).toBe('QS')
    expect(find(features, 'waves.present', 'II').category).toBe('P Q R S T')
    expect(find(features, 'p.direction', 'aVR').category).toBe('inverted')
    expect(find(features, 't.direction', 'III').category).toBe('flat')
    expect(find(features, 'r.progression').category).toBe('normal')
    expect(find(features, 'r.transition.lead').category).toBe('V4')
    expect(find(features, 'qrs.fragmented').category).toBe('none')
    expect(find(features, 'q.amplitude', 'V1')).toEqual({ id: 'q.amplitude', lead: 'V1', absent: 'wave-not-found' })
  })

  test('beats that are all alike leave no uncertainty', () => {
    expect(find(features, 'qrs.duration').confidence).toEqual({ low: 90, high: 90, n: 12 })
    expect(value(features, 'template.correlation.lead', 'V2')).toBeCloseTo(1, 9)
  })
})

describe('invariances', () => {
  const usual = measure()
  const durations = CATALOGUE.filter(({ unit, scope }) => unit === 'ms' && scope === 'recording').map(({ id }) => id)

  test('twice the gain doubles amplitudes and moves no interval', () => {
    const { measured, input } = syntheticMeasurement()
    const twice = extractFeatures(
      {
        ...measured,
        medianBeat: {
          ...measured.medianBeat!,
          samples: measured.medianBeat!.samples.map((lead) => lead.map((mv) => 2 * mv))
        }
      },
      { ...input, leads: input.leads.map((lead) => ({ ...lead, samples: lead.samples.map((mv) => 2 * mv) })) }
    )
    for (const id of durations) expect(find(twice, id).value).toEqual(find(usual, id).value)
    const heights = CATALOGUE.filter(({ unit, scope }) => (unit === 'mV' || unit === 'mV/s') && scope === 'lead')
    for (const { id } of heights)
      for (const lead of Object.keys(TWELVE)) {
        const once = find(usual, id, lead).value
        if (once !== undefined) expect(value(twice, id, lead)).toBeCloseTo(2 * once, 9)
      }
  })

  test.each([250, 1000])('%d Hz agrees with 500 Hz within 4 ms', (rateHz) => {
    const other = measure({ rateHz })
    for (const id of durations) {
      const { value: at500 } = find(usual, id)
      if (at500 !== undefined) expect(Math.abs(value(other, id) - at500)).toBeLessThanOrEqual(4)
    }
  })

  test('an offset and the order of the leads change nothing', () => {
    const reversed = Object.fromEntries(Object.entries(TWELVE).reverse())
    const other = measure({ leads: reversed, noise: () => 0.7 })
    for (const feature of usual) {
      const same = find(other, feature.id, feature.lead)
      expect(same.category).toBe(feature.category)
      expect(same.absent).toBe(feature.absent)
      if (feature.value !== undefined) expect(same.value).toBeCloseTo(feature.value, 6)
    }
  })
})

describe('what is not there says why', () => {
  test('P and PR do not apply without atrial waves or with a pacemaker', () => {
    for (const options of [{ pWaves: 'absent' as const }, { input: { paced: true } }]) {
      const features = measure(options)
      for (const id of ['p.duration', 'pr.interval', 'pr.segment', 'p.axis', 'p.terminal-force'])
        expect(find(features, id).absent).toBe('p-wave-not-applicable')
      expect(find(features, 'p.amplitude', 'II').absent).toBe('p-wave-not-applicable')
      expect(find(features, 'p.presence').category).toBe('absent')
      expect(value(features, 'qrs.duration')).toBeCloseTo(90, 6)
    }
  })

  test('too low a rate for shape leaves rhythm', () => {
    const features = measure({ rateHz: 125 })
    expect(find(features, 'qrs.duration').absent).toBe('rate-too-low')
    expect(value(features, 'heart.rate')).toBeCloseTo(75, 6)
  })

  test('too few beats for a median beat', () => {
    const { measured, input } = syntheticMeasurement({ seconds: 2 })
    const features = extractFeatures({ ...measured, medianBeat: undefined }, input)
    expect(find(features, 'qt.interval').absent).toBe('beats-too-few')
    expect(find(features, 'st.j', 'V2').absent).toBe('beats-too-few')
  })

  test('a missing lead is missed by what needs it alone', () => {
    const { V3: _, ...others } = TWELVE
    const features = measure({ leads: others })
    expect(find(features, 'voltage.cornell').absent).toBe('lead-missing')
    expect(value(features, 'voltage.sokolow-lyon')).toBeCloseTo(2.4, 2)
    expect(find(features, 'qrs-t.angle.spatial').absent).toBe('lead-missing')
  })

  test('a spoilt lead, exchanged arms and an unknown sex', () => {
    const { measured, input } = syntheticMeasurement({ input: { sex: undefined } })
    const spoilt = { ...measured.quality.leads[0]!, verdict: 'unacceptable' as const }
    const quality = { ...measured.quality, leads: [spoilt, ...measured.quality.leads.slice(1)] }
    const features = extractFeatures({ ...measured, quality }, input)
    expect(find(features, 'r.amplitude', 'I').absent).toBe('quality-unacceptable')
    expect(find(features, 'qrs.axis').absent).toBe('quality-unacceptable')
    expect(find(features, 'voltage.cornell-product').absent).toBe('demographics-missing')
    const reversed = extractFeatures({ ...measured, quality: { ...quality, reasons: ['lead-reversal'] } }, input)
    expect(find(reversed, 'qt.interval').absent).toBe('lead-reversal')
  })

  test('late potentials need 1000 Hz, the bandwidth and little noise', () => {
    expect(find(measure(), 'late.las40').absent).toBe('bandwidth-too-low')
    const narrow = measure({ rateHz: 1000, input: { filters: { highHz: 150 } } })
    expect(find(narrow, 'late.las40').absent).toBe('bandwidth-too-low')
    const next = seededRandom(5)
    // 1 uV of white noise, averaged over 12 beats. P would ring through the high-pass into the PR segment: without it here.
    const leads = Object.fromEntries(
      Object.entries(TWELVE).map(([name, lead]) => [name, lead.filter(({ kind }) => kind !== 'p')])
    )
    const clean = measure({ leads, rateHz: 1000, noise: () => 0.002 * (next() + next() + next() - 1.5) })
    expect(value(clean, 'late.noise')).toBeLessThan(1)
    // QRS of usualLead lasts 90 ms; its edges are found by means over 5 ms.
    expect(Math.abs(value(clean, 'late.qrs-duration') - 90)).toBeLessThanOrEqual(8)
    expect(value(clean, 'late.las40')).toBeLessThan(20)
    expect(value(clean, 'late.rms40')).toBeGreaterThan(20)
  })
})
