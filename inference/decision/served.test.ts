import type { ModelManifest } from '../../core/model.ts'
import { logit } from './logit.ts'
import { isCalibrated, onRawScale, servedProbability } from './served.ts'

const SHA = 'a'.repeat(64)
const manifest = (calibration: Partial<ModelManifest['calibration']> = {}, keys = ['k-gt-5.5', 'k-ge-6.0']) =>
  ({
    sha256: SHA,
    outputs: [{ name: 'probability', role: 'probability', labels: keys.map((key) => ({ key, coding: [] })) }],
    calibration: {
      method: 'platt',
      trainPrevalence: 0.02,
      params: { prevalences: { 'k-ge-6.0': 0.007 } },
      ...calibration
    }
  }) as unknown as ModelManifest
const own = (more: object = {}) => ({ method: 'platt', modelSha256: SHA, slope: 0.5, intercept: -1, ...more })

test('moves the odds by the ratio of prevalence odds', () => {
  // Odds .25 of p = .2; odds ratio (.1/.9)/(.02/.98) = 5.4444; .25 * 5.4444 = 1.3611 -> .576471
  const at = { label: 'k-gt-5.5', manifest: manifest(), site: { assumedPrevalence: 0.1 } }
  expect(servedProbability(0.2, at)).toBeCloseTo(0.5764706, 6)
})

test('leaves the number alone, to the last bit, where nothing is to be moved', () => {
  for (const site of [{}, { assumedPrevalence: 0.02 }, { assumedPrevalence: 'much' }, { assumedPrevalence: 1.5 }])
    expect(servedProbability(0.1234567, { label: 'k-gt-5.5', manifest: manifest(), site })).toBe(0.1234567)
})

test('a bare prevalence speaks of the leading label only, an object of each', () => {
  const at = { label: 'k-ge-6.0', manifest: manifest(), site: { assumedPrevalence: 0.1 } }
  expect(servedProbability(0.2, at)).toBe(0.2)
  expect(servedProbability(0.2, { ...at, site: { assumedPrevalence: { 'k-ge-6.0': 0.014 } } })).toBeCloseTo(0.3349, 4)
})

test('a model of one label knows it under any name of the loop', () => {
  const at = { label: 'death.24h', manifest: manifest({}, ['death']), site: { assumedPrevalence: 0.1 } }
  expect(servedProbability(0.2, at)).toBeCloseTo(0.5764706, 6)
})

test("the site's own calibration stands alone: no prior shift on top of it", () => {
  const site = { assumedPrevalence: 0.1, calibration: { 'k-gt-5.5': own() } }
  // .5 ln .25 - 1 = -1.693147 -> .155362
  expect(servedProbability(0.2, { label: 'k-gt-5.5', manifest: manifest(), site })).toBeCloseTo(0.1553625, 6)
})

test('a calibration of another model is passed over', () => {
  const site = { calibration: { 'k-gt-5.5': own({ modelSha256: 'b'.repeat(64), slope: -9 }) } }
  expect(servedProbability(0.2, { label: 'k-gt-5.5', manifest: manifest(), site })).toBe(0.2)
})

test.each([{ slope: 0 }, { slope: -1 }, { slope: 'x' }, { intercept: null }, { method: 'isotonic' }])(
  'a calibration of this model with %j is refused, not skipped in silence',
  (broken) => {
    const site = { calibration: { 'k-gt-5.5': own(broken) } }
    expect(() => servedProbability(0.2, { label: 'k-gt-5.5', manifest: manifest(), site })).toThrow(
      'at calibration.k-gt-5.5'
    )
  }
)

test('a model without calibration serves its score until the site has calibrated it', () => {
  const at = { label: 'k-gt-5.5', manifest: manifest({ method: 'none' }), site: { assumedPrevalence: 0.1 } }
  expect([servedProbability(0.2, at), isCalibrated(at)]).toEqual([0.2, false])
  expect(isCalibrated({ ...at, site: { calibration: { 'k-gt-5.5': own() } } })).toBe(true)
})

test('a line fitted on what is served does the same on the raw scale, after a prior shift and after an earlier line', () => {
  const line = { slope: 0.8, intercept: 0.3 }
  for (const site of [{}, { assumedPrevalence: 0.1 }, { calibration: { 'k-gt-5.5': own() } }]) {
    const at = { label: 'k-gt-5.5', manifest: manifest(), site }
    const next = { ...at, site: { calibration: { 'k-gt-5.5': own(onRawScale(line, at)) } } }
    for (const raw of [0.01, 0.2, 0.9])
      expect(logit(servedProbability(raw, next))).toBeCloseTo(
        line.slope * logit(servedProbability(raw, at)) + line.intercept,
        9
      )
  }
})
