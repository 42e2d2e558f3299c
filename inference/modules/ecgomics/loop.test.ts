import type { Observation, Resource } from '@medplum/fhirtypes'
import { uuidV5 } from '../../../core/ids.ts'
import type { RecordReader } from '../../../core/record.ts'
import { HIS, LOINC } from '../../../fhir-profiles/index.ts'
import { loop } from './loop.ts'

const AT = '2026-03-01T12:00:00.000Z'
const ecg = (id: string, notes: string[], extra: Partial<Observation> = {}): Observation => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { coding: [LOINC.ekgStudy] },
  effectiveDateTime: AT,
  note: notes.map((text) => ({ text })),
  ...extra
})
const read = (
  id: string,
  coding: (typeof LOINC)[keyof typeof LOINC],
  value: number,
  extra: Partial<Observation> = {}
): Observation => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { coding: [coding] },
  effectiveDateTime: AT,
  valueQuantity: { value, code: 'ms' },
  ...extra
})

const recordOf = (...resources: Observation[]): RecordReader => ({
  search: <T extends Resource>(query: string) =>
    Promise.resolve(
      resources.filter(({ code }) =>
        code.coding?.some((coding) => query.includes(`|${coding.code}`))
      ) as Resource[] as T[]
    ),
  read: <T extends Resource>(reference: string) =>
    Promise.resolve(resources.find(({ id }) => reference.startsWith(`Observation/${id}`)) as Resource | undefined as T),
  waveform: () => Promise.reject(new Error('not asked for')),
  reads: []
})
const truths = async (...resources: Observation[]) =>
  (await loop.truths('Patient/p', recordOf(...resources), {})).map(({ label, value, key }) => [label, value, key])

test.each([
  ['MUSE', ['VentricularRate = 71 /min', 'PRInterval = 160 ms', 'QRSDuration = 92 ms', 'QTInterval = 388 ms']],
  ['Philips', ['heartrate = 71 /min', 'print = 160 ms', 'qrsdur = 92 ms', 'qtint = 388 ms']],
  ['SCP-ECG', ['Ventricular Rate = 71 /min', 'PR Interval = 160 ms', 'QRS Duration = 92 ms', 'QT Interval = 388 ms']],
  [
    'aECG',
    [
      'MDC_ECG_HEART_RATE = 71 bpm',
      'MDC_ECG_TIME_PD_PR = 160 ms',
      'MDC_ECG_TIME_PD_QRS = 92 ms',
      'MDC_ECG_TIME_PD_QT = 388 ms'
    ]
  ]
])('reads what the cart wrote, as %s states it', async (_format, notes) => {
  expect(await truths(ecg('e', ['Sinus rhythm', ...notes, 'V1: QRS Duration = 80 ms']))).toEqual([
    ['heart-rate', 71, 'Observation/e'],
    ['pr', 160, 'Observation/e'],
    ['qrs', 92, 'Observation/e'],
    ['qt', 388, 'Observation/e']
  ])
})

test('takes an over-read before the cart, and neither zeros nor unknown units', async () => {
  expect(
    await truths(
      ecg('e', ['QTInterval = 388 ms', 'PRInterval = 0 ms', 'QRSDuration = 92 points']),
      read('o', LOINC.qtInterval, 402)
    )
  ).toEqual([['qt', 402, 'Observation/o']])
})

test.each([
  ['withdrawn', { status: 'entered-in-error' as const }],
  ['of this module itself', { method: { coding: [HIS.ecgomics] } }],
  ['held back', { meta: { tag: [{ code: 'patient-mismatch' }] } }],
  ['without a time of day', { effectiveDateTime: '2026-03-01' }]
])('what is %s is no truth', async (_what, extra) => {
  expect(await truths(read('o', LOINC.qtInterval, 402, extra))).toEqual([])
})

test('the prediction is what was measured at first, at the time of the tracing', async () => {
  const panel: Observation = {
    resourceType: 'Observation',
    id: 'panel',
    status: 'preliminary',
    code: { coding: [LOINC.ekg12LeadPanel] },
    effectiveDateTime: AT
  }
  const qt = read(uuidV5('panel', 'feature.qt.interval'), LOINC.qtInterval, 395)
  expect(await loop.predictions(panel, recordOf(qt), {})).toEqual({
    at: AT,
    predictions: [{ label: 'qt', value: 395 }]
  })
})
