import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import FFT from 'fft.js'
import { readWfdb } from '../../adapters/formats/wfdb/record.ts'
import { dataPath, dataTest } from '../../test/support/data.ts'
import { pacingSpikes } from './beats/pacing-spikes.ts'
import { drawnHeart } from './drawn-heart.ts'
import { meanDecomposition } from './filter/mean-decomposition.ts'
import { kurtosis } from './kurtosis.ts'
import { assessLead } from './quality.ts'
import { armsLookExchanged } from './reversal.ts'
import { bandPower } from './spectrum.ts'

/**
 * The formulas as one writes them down, each step an array of its own. What is served keeps its room from lead to lead and walks
 * plain loops, and must give the same numbers to the last bit: thresholds were set with these.
 */
const RATE_HZ = 500
/** Every so many of the 353 records. */
const STRIDE = 90

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0)
const mean = (values: readonly number[]): number => total(values) / values.length
const squaresAbout = (level: number, values: readonly number[]): number[] => values.map((value) => (value - level) ** 2)

function plainSpectrum(samples: Float64Array): { power: Float64Array; binHz: number } {
  const size = 2 ** Math.ceil(Math.log2(samples.length))
  const level = mean([...samples])
  const windowed = Array.from({ length: size }, (_, i) =>
    i < samples.length ? (samples[i]! - level) * (0.5 - 0.5 * Math.cos((2 * Math.PI * i) / (samples.length - 1))) : 0
  )
  const plan = new FFT(size)
  const out = plan.createComplexArray()
  plan.realTransform(out, windowed)
  const power = Float64Array.from({ length: size / 2 + 1 }, (_, i) => out[2 * i]! ** 2 + out[2 * i + 1]! ** 2)
  return { power, binHz: RATE_HZ / size }
}

function plainMeasures(samples: Float64Array): Record<string, number> {
  const values = [...samples]
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const seconds = Array.from({ length: Math.floor(values.length / RATE_HZ) }, (_, k) =>
    values.slice(k * RATE_HZ, (k + 1) * RATE_HZ)
  )
  const spread = (one: number[]): number => Math.sqrt(mean(squaresAbout(mean(one), one)))
  const rail = (at: number): number =>
    total(
      values
        .map((value) => (Math.abs(value - at) <= (high - low) * 1e-6 ? 'x' : ' '))
        .join('')
        .split(' ')
        .map(({ length }) => (length >= 6 ? length : 0))
    ) / values.length
  const spectrum = plainSpectrum(samples)
  const band = (fromHz: number, toHz: number): number => bandPower(spectrum, { fromHz, toHz })
  return {
    nonFiniteFraction: 0,
    flatFraction: seconds.filter((one) => spread(one) < 0.005).length / seconds.length,
    railFraction: low === high ? 0 : Math.max(rail(low), rail(high)),
    peakToPeakMv: high - low,
    mainsRatio: band(0.5, 40) > 0 ? Math.max(band(49, 51), band(59, 61)) / band(0.5, 40) : 0,
    wanderRatio: band(0, 250) > 0 ? band(0, 0.5) / band(0, 250) : 0
  }
}

/** Each sum carried on from the one before, about the first value, as the moving average is defined. */
function plainAverage(values: number[], width: number): number[] {
  const out: number[] = []
  let sum = total(values.slice(0, width - 1).map((value) => value - values[0]!))
  for (let i = width - 1; i < values.length; i++) {
    sum += values[i]! - values[0]!
    out.push(values[0]! + sum / width)
    sum -= values[i - width + 1]! - values[0]!
  }
  return out
}

function plainDecomposition(samples: Float64Array): Float64Array {
  const ends = (value: number): number[] => new Array<number>(600).fill(value)
  const padded = [...ends(samples[0]!), ...samples, ...ends(samples.at(-1)!)]
  const baseline = plainAverage(plainAverage(padded, 601), 601)
  return samples.map((value, i) => value - baseline[i]!)
}

function plainKurtosis(samples: Float64Array): number {
  const values = [...samples]
  const squares = squaresAbout(mean(values), values)
  return (values.length * total(squares.map((square) => square * square))) / (total(squares) * total(squares))
}

function plainSkewness(values: number[]): number {
  const median = values.toSorted((a, b) => a - b)[values.length >> 1]!
  const off = values.map((value) => value - median)
  const variance = total(off.map((one) => one * one)) / values.length
  return variance > 0 ? total(off.map((one) => one * one * one)) / values.length / variance ** 1.5 : 0
}

function plainExchange(one: Float64Array, avr: Float64Array): boolean {
  const smooth: number[] = []
  let sum = 0
  for (const [i, value] of one.entries()) {
    sum += value - (i >= 60 ? one[i - 60]! : 0)
    if (i >= 59) smooth.push(sum / 60)
  }
  return plainSkewness([...one]) < -0.3 && plainSkewness([...avr]) > 0.3 && plainSkewness(smooth) < -0.3
}

function plainSpikes(leads: readonly Float64Array[]): number[] {
  const shows = (lead: Float64Array, i: number): boolean => {
    const height = Math.abs(lead[i]! - (lead[i - 2]! + lead[i + 2]!) / 2)
    const [before, after] = [Math.abs(lead[i - 2]! - lead[i - 6]!), Math.abs(lead[i + 2]! - lead[i + 6]!)]
    return height >= 0.2 && before <= 0.25 * height && after <= 0.5 * height
  }
  const seconds = leads[0]!.length / RATE_HZ
  const spikes: number[] = []
  for (let i = 6; i < leads[0]!.length - 6; i++) {
    if (leads.filter((lead) => shows(lead, i)).length >= 3 && i - (spikes.at(-1) ?? -Infinity) > 10) spikes.push(i)
  }
  return spikes.length >= 3 && spikes.length <= 5 * seconds ? spikes : []
}

function expectPlain(leads: readonly Float64Array[]): void {
  for (const lead of leads) {
    expect(assessLead(lead, RATE_HZ).measures).toEqual(plainMeasures(lead))
    const decomposed = meanDecomposition(lead, RATE_HZ)
    expect(Buffer.from(decomposed.buffer).equals(Buffer.from(plainDecomposition(lead).buffer))).toBe(true)
    expect(kurtosis(decomposed)).toBe(plainKurtosis(decomposed))
  }
  const [one, avr] = [leads[0]!, leads[3]!]
  expect(armsLookExchanged(one, avr, RATE_HZ)).toBe(plainExchange(one, avr))
  expect(armsLookExchanged(avr, one, RATE_HZ)).toBe(plainExchange(avr, one))
  expect(pacingSpikes(leads, RATE_HZ)).toEqual(plainSpikes(leads))
}

test('a drawn heart, also clipped, flat for a while and of another length, is measured as the plain formulas do', () => {
  const heart = drawnHeart({ rateHz: RATE_HZ, seconds: 10 })
  const clipped = heart.map((value) => Math.min(value, 0.3))
  const still = heart.map((value, i) => (i < 1500 ? 0.1 : value))
  expectPlain([heart, clipped, still, heart.map((value) => -value)])
  expectPlain([heart, clipped, still, heart.map((value) => -value)].map((lead) => lead.slice(0, 4200)))
  expectPlain([heart, clipped, still, heart.map((value) => -value)])
})

test('three leads with a pacemaker show its stimuli as the plain formula does', () => {
  const heart = drawnHeart({ rateHz: RATE_HZ, seconds: 10 })
  const paced = heart.map((value, i) => value + (i % 400 === 120 ? 1 : 0))
  expect(pacingSpikes([heart, paced, paced, paced], RATE_HZ)).toEqual(plainSpikes([heart, paced, paced, paced]))
  expect(pacingSpikes([heart, paced, paced, paced], RATE_HZ)).toHaveLength(13)
  expect(pacingSpikes([heart, heart, paced, paced], RATE_HZ)).toEqual([])
})

dataTest('recordings of PTB-XL (folds 1-8) are measured as the plain formulas do', async () => {
  const root = dataPath('ecg', 'ptbxl', 'records500')
  const files = (await readdir(root, { recursive: true })).filter((name) => name.endsWith('.hea')).sort()
  const chosen = files.filter((_, n) => n % STRIDE === 0)
  expect(chosen.length).toBeGreaterThan(2)
  for (const file of chosen) {
    const [header, data] = await Promise.all([
      readFile(join(root, file), 'utf8'),
      readFile(join(root, file.replace(/hea$/, 'dat')))
    ])
    expectPlain(readWfdb(header, data).waveform.samples)
  }
})
