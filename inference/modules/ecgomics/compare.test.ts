import type { Observation } from '@medplum/fhirtypes'
import type { RecordReader } from '../../../core/record.ts'
import { concept, DCM, HIS, LOINC, PROFILE } from '../../../fhir-profiles/index.ts'
import { alert } from './alert.ts'
import { compareFeatures, difference, withinPersonOf } from './compare.ts'
import { featuresCsv, readFeatures } from './csv.ts'
import { definitionOf } from './features/catalogue.ts'
import { featureCodings, localCoding } from './to-fhir/codes.ts'
import type { FeatureValue } from './types.ts'

const SITE = { changes: { 'qt.fridericia': { withinPersonSd: 9, n: 40 } } }
const qtc = (value: number, half = 0): FeatureValue => ({
  id: 'qt.fridericia',
  value,
  ...(half > 0 ? { confidence: { low: value - half, high: value + half, n: 10 } } : {})
})

describe('a change', () => {
  // 1.96 x sqrt(2) x 9 = 24.95 by hand.
  test.each([
    [424, 'not-changed'],
    [426, 'changed'],
    [374, 'changed']
  ])('from 400 to %d ms is %s at a within-person deviation of 9 ms', (value, verdict) => {
    const [change] = compareFeatures([qtc(value)], [qtc(400)], SITE)
    expect(change).toMatchObject({ delta: value - 400, verdict, withinPerson: { n: 40, source: 'site' } })
    expect(change?.referenceChange).toBeCloseTo(24.947, 2)
  })

  test('a wide bootstrap interval makes a larger difference expected', () => {
    // Half width 19.6: standard error 10; sqrt(10^2 + 9^2) = 13.45, times 2.772.
    const [change] = compareFeatures([qtc(430, 19.6)], [qtc(400, 19.6)], SITE)
    expect(change?.referenceChange).toBeCloseTo(37.29, 1)
    expect(change?.verdict).toBe('not-changed')
  })

  test('what was absent before, or has no figure, is not judged', () => {
    expect(compareFeatures([qtc(430)], [{ id: 'qt.fridericia', absent: 'wave-not-found' }], SITE)).toEqual([])
    expect(compareFeatures([{ id: 'rr.mean', value: 800 }], [{ id: 'rr.mean', value: 600 }], SITE)).toEqual([])
  })

  test('angles differ by the shorter way round', () => {
    expect(difference('qrs.axis', -175, 175)).toBe(10)
    expect(difference('qrs.axis', 175, -175)).toBe(-10)
    expect(difference('qt.interval', 400, 380)).toBe(20)
  })

  test('the shipped figures say how few people they are of', () => {
    expect(withinPersonOf('qt.fridericia', {})?.n).toBeGreaterThanOrEqual(5)
    expect(withinPersonOf('qt.fridericia', {})?.source).toMatch(/PTB-XL.*small n/)
  })
})

test('the table holds every feature and is read back as it was', () => {
  const features: FeatureValue[] = [
    { ...qtc(412.5, 3), limited: true },
    { id: 'st.j', lead: 'V2', value: -0.0512 },
    { id: 'qrs.axis.category', category: 'normal' },
    { id: 'pr.interval', absent: 'p-wave-not-applicable' }
  ]
  expect(readFeatures(featuresCsv({ features }))).toEqual(features)
})

describe('an armed alert', () => {
  const member = (id: string, value: number, rest: Partial<Observation> = {}): Observation => ({
    resourceType: 'Observation',
    id,
    status: 'preliminary',
    meta: { profile: [PROFILE.ecgMeasurement] },
    code: { coding: featureCodings(definitionOf(id)) },
    valueQuantity: { value },
    ...rest
  })
  const leads = (...values: number[]): Observation =>
    member('qt.lead', 0, {
      id: 'leads',
      code: concept(HIS['ecg-lead-durations']),
      valueQuantity: undefined,
      component: values.map((value) => ({ code: concept(localCoding('qt.lead')), valueQuantity: { value } }))
    })
  const decide = (members: Observation[], alerts: object) => {
    const read = async (reference: string) => members.find(({ id }) => reference === `Observation/${id}`)
    const panel: Observation = {
      resourceType: 'Observation',
      status: 'preliminary',
      code: concept(LOINC.ekg12LeadPanel),
      hasMember: members.map(({ id }) => ({ reference: `Observation/${id}` }))
    }
    return alert(panel, { read } as unknown as RecordReader, { alerts })
  }
  const long = (bazett: number, fridericia: number) => [
    member('qt.interval', 480),
    member('qt.bazett', bazett, { method: concept(DCM.bazett) }),
    member('qt.fridericia', fridericia, { method: concept(DCM.fridericia) })
  ]

  test.each([
    ['by two formulas and in two leads', [...long(520, 505), leads(480, 478, 400)], 'qtc-long'],
    ['by one formula only', [...long(520, 490), leads(480, 478, 470)], undefined],
    ['in one lead only', [...long(520, 505), leads(480, 400, 400)], undefined]
  ])('of a long QTc %s', async (_, members, band) => {
    expect((await decide(members, { qtcAtLeast: 500 }))?.band).toBe(band)
  })

  test.each([
    [26, 'ecg-changed', 'qrs-wider'],
    [26, 'ecg-not-changed', undefined],
    [18, 'ecg-changed', undefined]
  ] as const)('of QRS %d ms wider, %s', async (value, verdict, band) => {
    const change = member('qrs.duration', value, {
      meta: { profile: [PROFILE.ecgChange] },
      interpretation: [concept(HIS[verdict])],
      component: []
    })
    expect((await decide([change], { qrsWideningAtLeast: 20 }))?.band).toBe(band)
  })

  test('nothing is raised where nothing is armed', async () => {
    expect(await decide([...long(560, 550), leads(480, 480)], {})).toBeUndefined()
  })
})
