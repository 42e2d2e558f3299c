import fc from 'fast-check'
import type { Waveform } from '../../core/waveform.ts'
import { gapsOf, sampledDataOf, samplesOf, waveformFromSampledData } from './sampled-data.ts'

const oneLead = (samples: number[], { rateHz = 500, resolution = 0.005 } = {}): Waveform => ({
  kind: 'rhythm',
  leads: [{ name: 'I', mdc: 1, unit: 'mV', resolution }],
  rateHz,
  samples: [Float64Array.from(samples)],
  gaps: []
})

describe('sampledDataOf', () => {
  test('writes period in ms, one step as factor, integers, and E for what is missing', () => {
    expect(sampledDataOf(oneLead([0, 0.005, -0.01, Number.NaN, 1]), 0)).toEqual({
      origin: { value: 0, unit: 'mV', system: 'http://unitsofmeasure.org', code: 'mV' },
      period: 2,
      factor: 0.005,
      dimensions: 1,
      data: '0 1 -2 E 200'
    })
  })

  test('never writes minus zero or a blank mark for a missing sample', () => {
    expect(sampledDataOf(oneLead([-0.0001, Number.POSITIVE_INFINITY]), 0).data).toBe('0 E')
  })

  test.each([
    ['a lead that is not there', oneLead([0]), 3],
    ['no resolution', oneLead([0], { resolution: 0 }), 0],
    ['no rate', oneLead([0], { rateHz: 0 }), 0]
  ])('refuses %s', (_what, waveform, lead) => {
    expect(() => sampledDataOf(waveform, lead)).toThrow(expect.objectContaining({ code: 'FHIR_INVALID' }))
  })
})

describe('there and back', () => {
  const rate = fc.constantFrom(100, 125, 250, 257, 360, 500, 1000)
  const resolution = fc.constantFrom(0.001, 0.00125, 0.00488, 0.005, 1 / 1023)

  test('a source on its own grid comes back to within one step, gaps as gaps, rate exact', () => {
    const steps = fc.array(fc.oneof(fc.integer({ min: -32768, max: 32767 }), fc.constant(null)), { minLength: 1 })
    fc.assert(
      fc.property(steps, rate, resolution, (raw, rateHz, factor) => {
        const source = raw.map((step) => (step === null ? Number.NaN : step * factor))
        const sampled = JSON.parse(JSON.stringify(sampledDataOf(oneLead(source, { rateHz, resolution: factor }), 0)))
        const back = samplesOf(sampled)
        expect(back.rateHz).toBe(rateHz)
        expect(back.unit).toBe('mV')
        expect(back.samples.length).toBe(source.length)
        for (const [i, value] of source.entries()) {
          if (Number.isNaN(value)) expect(back.samples[i]).toBeNaN()
          else expect(Math.abs(back.samples[i]! - value)).toBeLessThan(factor * 1e-6)
        }
      })
    )
  })

  test('values off the grid lose at most half a step', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -30, max: 30, noNaN: true }), { minLength: 1 }),
        resolution,
        (values, factor) => {
          const back = samplesOf(sampledDataOf(oneLead(values, { resolution: factor }), 0))
          for (const [i, value] of values.entries()) {
            expect(Math.abs(back.samples[i]! - value)).toBeLessThanOrEqual(factor / 2 + 1e-12)
          }
        }
      )
    )
  })
})

describe('samplesOf', () => {
  const sampled = { origin: { value: 2, unit: 'mV' }, period: 4, factor: 0.5, dimensions: 1 }

  test('adds the origin and reads U and L as no value', () => {
    const { samples, rateHz } = samplesOf({ ...sampled, data: ' 1  U -2\nL E ' })
    expect(Array.from(samples)).toEqual([2.5, Number.NaN, 1, Number.NaN, Number.NaN])
    expect(rateHz).toBe(250)
  })

  test.each([
    ['an unknown mark', { data: '1 X 2' }],
    ['an infinite period', { data: '1', period: Number.POSITIVE_INFINITY }],
    ['a zero period', { data: '1', period: 0 }],
    ['two dimensions', { data: '1 2', dimensions: 2 }],
    ['no unit', { data: '1', origin: { value: 0 } }]
  ])('refuses %s', (_what, change) => {
    expect(() => samplesOf({ ...sampled, ...change })).toThrow(expect.objectContaining({ code: 'FHIR_INVALID' }))
  })
})

describe('waveformFromSampledData', () => {
  const sampled = { origin: { value: 0, unit: 'mV' }, period: 2, factor: 0.005, dimensions: 1, data: '1 E E 4' }

  test('names the leads by the table and lists the gaps', () => {
    const waveform = waveformFromSampledData([
      { mdc: 1, sampled },
      { mdc: 64, sampled: { ...sampled, data: '1 2 3 4' } }
    ])
    expect(waveform.leads.map((lead) => lead.name)).toEqual(['I', 'aVF'])
    expect(waveform.gaps).toEqual([{ lead: 0, from: 1, to: 3 }])
    expect(waveform.rateHz).toBe(500)
  })

  test.each([
    ['lengths that differ', { ...sampled, data: '1' }],
    ['rates that differ', { ...sampled, period: 4 }]
  ])('refuses %s', (_what, other) => {
    const leads = [
      { mdc: 1, sampled },
      { mdc: 2, sampled: other }
    ]
    expect(() => waveformFromSampledData(leads)).toThrow(expect.objectContaining({ code: 'FHIR_INVALID' }))
  })

  test('gapsOf finds runs at both ends', () => {
    expect(gapsOf(Float64Array.of(Number.NaN, 1, Number.NaN, Number.NaN))).toEqual([
      [0, 1],
      [2, 4]
    ])
  })
})
