import { readFileSync } from 'node:fs'
import type { ModelManifest } from '../../../core/model.ts'
import { decide } from './decide.ts'
import { readSitePolicy } from './site-policy.ts'

const json = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../models/pocket-k-1/${name}`, import.meta.url), 'utf8')) as unknown
const manifest = json('model.json') as ModelManifest
const site = json('site.json') as Record<string, unknown>
const raw = { 'k-gt-5.5': 0.0337, 'k-ge-6.0': 0.0123, 'k-gt-6.5': 0.004, 'k-lt-3.5': 0.03 }

test('the shipped site serves what the model says, to the last bit, with the shipped figures', () => {
  const decided = decide(raw, readSitePolicy(site, {}, manifest))
  const point = (site as { operatingPoints: Record<string, Record<string, number>> }).operatingPoints['k-gt-5.5']!
  expect(decided.probabilities).toEqual(raw)
  expect(decided.bands).toEqual({ 'k-gt-5.5': 'medium', 'k-ge-6.0': 'medium' })
  expect(decided.performance).toEqual({
    prevalence: point['assumedPrevalence'],
    sensitivity: point['sensitivity'],
    specificity: point['specificity'],
    ppv: point['ppv'],
    npv: point['npv'],
    fractionRuledOut: point['fractionRuledOut'],
    threshold: point['threshold'],
    data: (site as { origin: { figures: string } }).origin.figures
  })
})

test('another prevalence moves the leading label, keeps the labels ordered and drops figures that no longer hold', () => {
  const decided = decide(raw, readSitePolicy(site, { assumedPrevalence: 0.002 }, manifest))
  // Odds .034875 * (.002/.998)/(.02/.98) = .0034247
  expect(decided.probabilities['k-gt-5.5']).toBeCloseTo(0.003413, 6)
  expect(decided.probabilities['k-ge-6.0']).toBe(decided.probabilities['k-gt-5.5'])
  expect(decided.performance).toBeUndefined()
})

test("the site's own calibration of this model is served, of another it is passed over", () => {
  const own = { method: 'platt', modelSha256: manifest.sha256, slope: 1, intercept: 1 }
  const served = (calibration: object) =>
    decide(raw, readSitePolicy(site, { calibration: { 'k-gt-5.5': calibration } }, manifest))
  expect(served(own).probabilities['k-gt-5.5']).toBeCloseTo(1 / (1 + Math.exp(-(Math.log(0.0337 / 0.9663) + 1))), 12)
  expect(served(own).performance).toBeUndefined()
  expect(served({ ...own, modelSha256: '0'.repeat(64) }).probabilities).toEqual(raw)
})
