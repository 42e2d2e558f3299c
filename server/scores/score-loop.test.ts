import type { Observation, Patient, Resource } from '@medplum/fhirtypes'
import type { ClosedLoop, Truth } from '../../core/closed-loop.ts'
import type { RecordReader } from '../../core/record.ts'
import { authoritySystem } from '../../fhir-profiles/index.ts'
import type { ScoreConfig } from '../config/sections/scores.ts'
import { scoreSources, sourceId } from './score-source.ts'
import { TWIN_AUTHORITY } from './twin-identity.ts'

const SCORE: ScoreConfig = {
  id: 'vendor-ews',
  title: 'Early warning score',
  code: { system: 'http://vendor.example', code: 'EWS' },
  scale: { kind: 'percent' },
  truth: { module: 'cap-icu', label: 'death.24h' },
  threshold: 20
}

const truth = (label: string): Truth => ({
  label,
  key: 'Encounter/e',
  reference: 'Encounter/e/_history/3',
  at: '2026-03-04T10:00:00.000Z',
  encounter: 'Encounter/e',
  value: 1
})

const LOOP: ClosedLoop = {
  labels: [
    { key: 'death.24h', title: 'Death in hospital', kind: 'probability', window: 'encounter' },
    { key: 'death.48h', title: 'Death in hospital', kind: 'probability', window: 'encounter' },
    { key: 'los', title: 'Length of stay', kind: 'measurement', window: 'encounter' }
  ],
  listensTo: ['Encounter', 'Patient'],
  predictions: async () => undefined,
  truths: async () => [truth('death.24h'), truth('death.48h')]
}

const sourceOf = async (score: Partial<ScoreConfig> = {}) =>
  (await scoreSources([{ ...SCORE, ...score }], async () => ({ loop: LOOP, policy: {} })))[0]!

const PATIENT: Patient = { resourceType: 'Patient', id: 'p', identifier: [{ system: 'urn:x', value: '1' }] }

function version(versionId: number, rest: Partial<Observation> = {}): Observation {
  return {
    resourceType: 'Observation',
    id: 'o',
    meta: { versionId: String(versionId), lastUpdated: '2026-03-01T09:00:00Z' },
    status: 'final',
    code: { coding: [{ system: 'http://vendor.example', code: 'EWS' }] },
    subject: { reference: 'Patient/p' },
    encounter: { reference: 'Encounter/e' },
    effectiveDateTime: '2026-03-01T08:00:00+01:00',
    valueQuantity: { value: 23, unit: '%' },
    ...rest
  }
}

function recordOf(versions: Observation[], patient: Patient = PATIENT): RecordReader {
  return {
    search: async () => [],
    read: async <T extends Resource>(reference: string) =>
      (reference === 'Patient/p'
        ? patient
        : versions.find(({ meta }) => reference === `Observation/o/_history/${meta?.versionId}`)) as T | undefined,
    waveform: () => Promise.reject(new Error('no waveform')),
    reads: []
  }
}

const predictionsOf = async (versions: Observation[], score: Partial<ScoreConfig> = {}, patient?: Patient) =>
  (await sourceOf(score)).loop.predictions(versions.at(-1)!, recordOf(versions, patient), {})

describe('a score of another system as a source of the closed loop', () => {
  test('is found by its code and named as such', async () => {
    const source = await sourceOf()
    expect(source.id).toBe('score:vendor-ews')
    expect(source.id).toBe(sourceId(SCORE))
    expect(source.searches).toEqual(['Observation?code=http%3A%2F%2Fvendor.example%7CEWS'])
    expect(source.leading(version(1))).toBeDefined()
    expect(
      source.leading(version(1, { code: { coding: [{ system: 'http://other.example', code: 'EWS' }] } }))
    ).toBeUndefined()
    expect(source.leading(PATIENT)).toBeUndefined()
  })

  test('says what was foretold when, with threshold in the same terms', async () => {
    expect(await predictionsOf([version(1)])).toEqual({
      at: '2026-03-01T07:00:00.000Z',
      encounter: 'Encounter/e',
      predictions: [{ label: 'death.24h', value: 0.23, threshold: 0.2 }]
    })
  })

  test('is judged as points where it has no probability', async () => {
    const points = { scale: { kind: 'points', min: 0, max: 20 } as const, threshold: 7 }
    const source = await sourceOf(points)
    expect(source.loop.labels).toEqual([
      { key: 'death.24h', title: 'Death in hospital', kind: 'score', unit: '{points}', window: 'encounter' }
    ])
    const said = version(1, { valueQuantity: { value: 9 } })
    expect((await predictionsOf([said], points))?.predictions).toEqual([{ label: 'death.24h', value: 9, threshold: 7 }])
  })

  test('takes the window of its configuration', async () => {
    const window = { beforeHours: 0, afterHours: 24 }
    expect((await sourceOf({ window })).loop.labels[0]?.window).toEqual(window)
  })

  test.each(['registered', 'unknown', 'entered-in-error'] as const)(
    'is no prediction while its status is %s',
    async (status) => {
      expect(await predictionsOf([version(1, { status })])).toBeUndefined()
    }
  )

  test('is withdrawn when it was cancelled after a number', async () => {
    const { isWithdrawn } = await sourceOf()
    expect(
      ['final', 'corrected', 'cancelled', 'entered-in-error'].filter((status) =>
        isWithdrawn?.(version(2, { status } as Partial<Observation>))
      )
    ).toEqual(['cancelled', 'entered-in-error'])
  })

  test('counts what cannot be judged, by code', async () => {
    expect(await predictionsOf([version(1, { valueQuantity: { value: 230, unit: '%' } })])).toMatchObject({
      predictions: [],
      refused: 'score-out-of-scale'
    })
    expect(await predictionsOf([version(1, { status: 'cancelled', valueQuantity: undefined })])).toMatchObject({
      refused: 'score-not-obtained'
    })
  })

  test('is dated by its issue where it names no instant', async () => {
    const dated = version(1, { effectiveDateTime: '2026-03-01', issued: '2026-03-01T10:00:00Z' })
    expect((await predictionsOf([dated]))?.at).toBe('2026-03-01T10:00:00.000Z')
  })

  test('is never judged on twins of an audit', async () => {
    const twin: Patient = { ...PATIENT, identifier: [{ system: authoritySystem(TWIN_AUTHORITY), value: '1' }] }
    expect(await predictionsOf([version(1)], {}, twin)).toBeUndefined()
  })

  test('has the truths of the label that it names, and no others', async () => {
    const { loop } = await sourceOf()
    expect((await loop.truths('Patient/p', recordOf([]), {})).map(({ label }) => label)).toEqual(['death.24h'])
    expect(loop.listensTo).toEqual(LOOP.listensTo)
  })

  test('keeps versions of the sender apart by the method that it names', async () => {
    const { modelOf } = await sourceOf()
    const named = version(1, { method: { coding: [{ code: 'EWS', version: '2.1' }] } })
    expect(modelOf?.(named)).toEqual({ name: 'Early warning score', version: 'EWS 2.1', sha256: '' })
    expect(modelOf?.(version(1))?.version).toBe('unstated')
  })

  test.each([
    ['module', { module: 'nobody', label: 'death.24h' }, async () => undefined],
    ['label', { module: 'cap-icu', label: 'death.72h' }, async () => ({ loop: LOOP, policy: {} })],
    ['label', { module: 'cap-icu', label: 'los' }, async () => ({ loop: LOOP, policy: {} })]
  ])('refuses a %s whose truth is not there', async (key, named, loopOf) => {
    await expect(scoreSources([{ ...SCORE, truth: named }], loopOf)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      at: `scores[0].truth.${key}`,
      reason: 'no-such-truth'
    })
  })
})
