import type { ModelManifest } from '../../core/model.ts'
import { curveOf, type OperatingCurve } from './curve.ts'
import { findOperatingPoint, operatingPoint } from './operating-point.ts'
import { priorShift } from './prevalence.ts'
import { siteOperatingPoint } from './site-operating-point.ts'

const curve: OperatingCurve = {
  label: 'death',
  data: 'made by hand',
  n: 1000,
  positives: 100,
  points: [
    { threshold: 0, sensitivity: 1, specificity: 0 },
    { threshold: 0.05, sensitivity: 0.95, specificity: 0.4 },
    { threshold: 0.1, sensitivity: 0.8, specificity: 0.9 },
    { threshold: 0.5, sensitivity: 0.1, specificity: 0.99 },
    { threshold: 0.9, sensitivity: 0, specificity: 1 }
  ]
}

test('gives all six figures together, by Bayes', () => {
  // Of 1000 at 10 %: 80 found, 20 missed, 90 false alarms, 810 ruled out rightly: 80/170, 810/830, 830/1000.
  expect(operatingPoint(curve, { threshold: 0.1 }, 0.1)).toEqual({
    prevalence: 0.1,
    sensitivity: 0.8,
    specificity: 0.9,
    ppv: expect.closeTo(80 / 170, 12),
    npv: expect.closeTo(810 / 830, 12),
    fractionRuledOut: expect.closeTo(0.83, 12),
    threshold: 0.1,
    data: 'made by hand, n 1000, 100 positive'
  })
})

test.each([
  ['the highest cut that keeps a sensitivity', { sensitivityTarget: 0.8 }, 0.1],
  ['a stricter one', { sensitivityTarget: 0.81 }, 0.05],
  ['the highest cut with an NPV', { npvTarget: 0.97 }, 0.1],
  ['a stricter NPV', { npvTarget: 0.98 }, 0.05],
  ['the lowest cut with a PPV', { ppvTarget: 0.4 }, 0.1],
  ['between two cuts the next one of the curve', { threshold: 0.07 }, 0.07]
])('chooses %s', (_what, choice, threshold) => {
  expect(operatingPoint(curve, choice, 0.1)?.threshold).toBe(threshold)
})

test('a threshold between two points has the figures of the next one', () => {
  expect(operatingPoint(curve, { threshold: 0.07 }, 0.1)?.sensitivity).toBe(0.8)
})

test.each([
  ['an NPV no cut has', { npvTarget: 0.9999 }, 'unreachable'],
  ['an NPV that ruling out everybody has', { npvTarget: 0.9 }, 'reached-without-a-test'],
  ['a PPV that calling everybody has', { ppvTarget: 0.1 }, 'reached-without-a-test'],
  ['a PPV that only 19 cases beyond the cut have', { ppvTarget: 0.5 }, 'too-few-cases'],
  ['a cut above all', { threshold: 0.95 }, 'all-on-one-side'],
  ['a cut that rules nobody out', { threshold: 0 }, 'all-on-one-side'],
  ['a sensitivity no cut has that rules anybody out', { sensitivityTarget: 0.99 }, 'unreachable']
])('has no point for %s', (_what, choice, reason) => {
  // At .5: 10 found of 100, 9 false alarms of 900, PPV 10/19 = .526 from 19 cases.
  expect(findOperatingPoint(curve, choice, 0.1)).toEqual({ reason })
  expect(operatingPoint(curve, choice, 0.1)).toBeUndefined()
})

describe('at a site', () => {
  const manifest = {
    sha256: 'a'.repeat(64),
    outputs: [{ name: 'logit', role: 'logit', labels: [{ key: 'death', coding: [] }] }],
    calibration: { method: 'platt', trainPrevalence: 0.1 }
  } as unknown as ModelManifest
  const at = (site: Record<string, unknown>) => ({ label: 'death', manifest, site })

  test('a target keeps its rank: twice the prevalence moves the threshold with what is served', () => {
    const moved = siteOperatingPoint(at({ sensitivityTarget: 0.8, assumedPrevalence: 0.2 }), curve)
    expect(moved?.threshold).toBeCloseTo(priorShift(0.1, { from: 0.1, to: 0.2 }), 12)
    // Of 1000 at 20 %: 160 found, 40 missed, 80 false alarms, 720 rightly ruled out.
    expect([moved?.sensitivity, moved?.ppv, moved?.npv]).toEqual([
      0.8,
      expect.closeTo(160 / 240, 12),
      expect.closeTo(720 / 760, 12)
    ])
  })

  test('a threshold that the site wrote stays, and its sensitivity is looked up anew', () => {
    // .1 served at 20 % is .0471 on the curve's scale: the next cut is .05.
    const stays = siteOperatingPoint(at({ threshold: 0.1, assumedPrevalence: 0.2 }), curve)
    expect([stays?.threshold, stays?.sensitivity]).toEqual([0.1, 0.95])
  })

  test('the same cut is the same point after a site calibration', () => {
    const calibration = { death: { method: 'platt', modelSha256: 'a'.repeat(64), slope: 0.7, intercept: -0.4 } }
    const point = siteOperatingPoint(at({ sensitivityTarget: 0.8, calibration }), curve)
    expect(point?.threshold).toBeCloseTo(1 / (1 + Math.exp(-(0.7 * Math.log(1 / 9) - 0.4))), 12)
    expect([point?.sensitivity, point?.prevalence]).toEqual([0.8, 0.1])
  })

  const stated = {
    threshold: 0.1,
    assumedPrevalence: 0.1,
    sensitivity: 0.7,
    specificity: 0.8,
    ppv: 0.3,
    npv: 0.9,
    fractionRuledOut: 0.75
  }

  test('figures that the site wrote are given as they are while they hold', () => {
    expect(siteOperatingPoint(at({ operatingPoints: { death: stated } }))).toEqual({
      prevalence: 0.1,
      sensitivity: 0.7,
      specificity: 0.8,
      ppv: 0.3,
      npv: 0.9,
      fractionRuledOut: 0.75,
      threshold: 0.1
    })
  })

  test.each([
    ['another prevalence is assumed', { operatingPoints: { death: stated }, assumedPrevalence: 0.2 }],
    ['one of the six is missing', { operatingPoints: { death: { ...stated, npv: undefined } } }],
    [
      'the site has recalibrated since',
      {
        operatingPoints: { death: stated },
        calibration: { death: { method: 'platt', modelSha256: 'a'.repeat(64), slope: 1, intercept: 1 } }
      }
    ]
  ])('and are not shown without a curve when %s', (_when, site) => {
    expect(siteOperatingPoint(at(site))).toBeUndefined()
  })

  test('a score has no predictive values', () => {
    const score = { ...manifest, calibration: { method: 'none', trainPrevalence: 0.1 } }
    expect(siteOperatingPoint({ ...at({ sensitivityTarget: 0.8 }), manifest: score }, curve)).toBeUndefined()
  })
})

test.each([
  ['falling thresholds', [curve.points[1], curve.points[0]]],
  ['sensitivity that rises', [{ ...curve.points[1], sensitivity: 0.1 }, curve.points[2]]],
  ['a missing figure', [{ threshold: 0.1, sensitivity: 0.5 }]],
  ['no points', []]
])('refuses a curve with %s', (_what, points) => {
  expect(() => curveOf({ curves: [{ ...curve, points }] }, 'death')).toThrow('at curves.death')
})

test('reads a curve by its label', () => {
  expect(curveOf({ curves: [curve] }, 'death')).toEqual(curve)
  expect(curveOf({ curves: [curve] }, '48h')).toBeUndefined()
  expect(curveOf(undefined, 'death')).toBeUndefined()
})
