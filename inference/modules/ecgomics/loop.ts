import type { Observation, Resource } from '@medplum/fhirtypes'
import type { ClosedLoop, LoopLabel, LoopResult, Prediction, Truth } from '../../../core/closed-loop.ts'
import { uuidV5 } from '../../../core/ids.ts'
import type { LeadingResult } from '../../../core/leading-result.ts'
import type { RecordReader } from '../../../core/record.ts'
import { LOINC, refusalOf } from '../../../fhir-profiles/index.ts'
import { ECG_TOKEN, hasCode, hasTag, isEcg, isTimeAmbiguous, versioned } from '../../record/reading.ts'
import { instantOf } from '../../record/times.ts'
import { METHOD } from './to-fhir/codes.ts'

/** The same tracing, by its acquisition: two ways of one tracing may differ by a second (rules section 1). */
const SAME_TRACING = { beforeHours: 1 / 3600, afterHours: 1 / 3600 }
const MAX_ECGS = 1000
const SAME_MS = 1000

interface Measured extends LoopLabel {
  /** Feature of this module. */
  feature: string
  /** Names under which carts state it, in the spelling of `nameOf`. */
  cart: readonly string[]
  /** Of an over-read that came as a result of its own. */
  code?: { system: string; code: string }
}

const MEASURED: readonly Measured[] = [
  {
    key: 'heart-rate',
    title: 'Heart rate',
    kind: 'measurement',
    unit: '/min',
    window: SAME_TRACING,
    feature: 'heart.rate',
    cart: ['ventricularrate', 'heartrate', 'mdcecgheartrate'],
    code: LOINC.heartRateByEkg
  },
  {
    key: 'pr',
    title: 'PR interval',
    kind: 'measurement',
    unit: 'ms',
    window: SAME_TRACING,
    feature: 'pr.interval',
    cart: ['printerval', 'print', 'meanprint', 'mdcecgtimepdpr']
  },
  {
    key: 'qrs',
    title: 'QRS duration',
    kind: 'measurement',
    unit: 'ms',
    window: SAME_TRACING,
    feature: 'qrs.duration',
    cart: ['qrsduration', 'qrsdur', 'meanqrsdur', 'mdcecgtimepdqrs'],
    code: LOINC.qrsDuration
  },
  {
    key: 'qt',
    title: 'QT interval',
    kind: 'measurement',
    unit: 'ms',
    window: SAME_TRACING,
    feature: 'qt.interval',
    cart: ['qtinterval', 'qtint', 'meanqtint', 'mdcecgtimepdqt'],
    code: LOINC.qtInterval
  }
]

const OVER_READ = MEASURED.flatMap(({ code }) => code ?? [])

/**
 * Truth of a measurement: what the cart measured in the same tracing, or who read it over (specs README section M). A cart is
 * another algorithm and no gold standard: the differences say how far the two agree.
 */
export const loop: ClosedLoop = {
  labels: MEASURED.map(({ feature: _feature, cart: _cart, code: _code, ...label }) => label),
  listensTo: ['Observation'],
  predictions,
  mayBeTruth: (resource: Resource) =>
    resource.resourceType === 'Observation' && (isEcg(resource) || hasCode(resource.code, OVER_READ)),
  truths
}

async function predictions(result: LeadingResult, record: RecordReader): Promise<LoopResult | undefined> {
  const at = result.resourceType === 'Observation' ? instantOf(result.effectiveDateTime) : undefined
  if (!at || !result.id) return undefined
  const about = { at, ...(result.encounter?.reference ? { encounter: result.encounter.reference } : {}) }
  const refused = refusalOf(result)
  if (refused) return { ...about, predictions: [], refused }
  const said: Prediction[] = []
  for (const { key, feature } of MEASURED) {
    const member = `Observation/${uuidV5(result.id, `feature.${feature}`)}`
    const found = await record.read<Observation>(`${member}/_history/1`)
    const value = found?.valueQuantity?.value
    if (value !== undefined) said.push({ label: key, value })
  }
  return { ...about, predictions: said }
}

async function truths(patient: string, record: RecordReader): Promise<Truth[]> {
  const codes = OVER_READ.map(({ system, code }) => `${system}|${code}`).join(',')
  const [ecgs, read] = await Promise.all([
    record.search<Observation>(`Observation?patient=${patient}&code=${ECG_TOKEN}&_sort=-date&_count=${MAX_ECGS}`),
    record.search<Observation>(`Observation?patient=${patient}&code=${codes}&_sort=-date&_count=${MAX_ECGS}`)
  ])
  const overRead = read.filter(isUsable).flatMap(overReadTruth)
  const isOverRead = ({ label, at }: Truth): boolean =>
    overRead.some((one) => one.label === label && Math.abs(Date.parse(one.at) - Date.parse(at)) <= SAME_MS)
  // Who read the tracing over had the cart's numbers before their eyes: theirs count, and the cart's are left out.
  return [
    ...overRead,
    ...ecgs
      .filter(isUsable)
      .flatMap(cartTruths)
      .filter((truth) => !isOverRead(truth))
  ]
}

const isUsable = (observation: Observation): boolean =>
  ['final', 'amended', 'corrected'].includes(observation.status) &&
  !isTimeAmbiguous(observation) &&
  !hasTag(observation, 'quarantine') &&
  !hasTag(observation, 'patient-mismatch') &&
  !hasCode(observation.method, [METHOD])

function overReadTruth(observation: Observation): Truth[] {
  const label = MEASURED.find(({ code }) => code && hasCode(observation.code, [code]))
  const { value, code, unit } = observation.valueQuantity ?? {}
  return label && value !== undefined ? truthOf(observation, label, value, code ?? unit) : []
}

/** What the cart wrote beside the samples: notes of the ECG Observation, 'PRInterval = 148 ms'. */
function cartTruths(ecg: Observation): Truth[] {
  const stated = new Map<string, { value: number; unit: string }>()
  for (const { text } of ecg.note ?? []) {
    const parts = /^([A-Za-z_ ]{1,60}) = (\d{1,5}(?:\.\d{1,3})?) ([A-Za-z/{}]{1,12})$/.exec(text ?? '')
    if (parts) stated.set(nameOf(parts[1]!), { value: Number(parts[2]), unit: parts[3]! })
  }
  return MEASURED.flatMap((label) => {
    const found = label.cart.map((name) => stated.get(name)).find((one) => one !== undefined)
    return found ? truthOf(ecg, label, found.value, found.unit) : []
  })
}

const nameOf = (text: string): string => text.toLowerCase().replace(/[^a-z]/g, '')

function truthOf(observation: Observation, { key, unit }: Measured, value: number, stated?: string): Truth[] {
  const at = instantOf(observation.effectiveDateTime)
  const inUnit = converted(value, stated, unit)
  // A cart writes 0 for what it could not measure.
  if (!at || inUnit === undefined || inUnit <= 0) return []
  return [{ label: key, key: `Observation/${observation.id}`, reference: versioned(observation), at, value: inUnit }]
}

/** In ms or /min; undefined for a unit that is neither, or not said. */
function converted(value: number, stated: string | undefined, unit: string | undefined): number | undefined {
  const name = stated?.toLowerCase().replace(/[{}]/g, '')
  if (unit === 'ms') return name === 'ms' ? value : name === 's' ? value * 1000 : undefined
  return name !== undefined && ['/min', 'bpm', 'beats/min', 'b/min'].includes(name) ? value : undefined
}
