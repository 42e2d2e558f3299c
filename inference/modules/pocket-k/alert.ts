import type { Observation, RiskAssessment } from '@medplum/fhirtypes'
import type { AlertDecision, ModuleEvent } from '../../../core/inference-module.ts'
import type { RecordReader } from '../../../core/record.ts'
import { HIS, SNOMED } from '../../../fhir-profiles/index.ts'
import { isInside, MINUTE_MS, minutesFrom } from '../../record/times.ts'
import { isPotassium, NORMAL, POTASSIUM_TOKENS, type Potassium, readPotassium } from './reading.ts'
import { serialRise } from './serial-rise.ts'
import { BANDS, type Band } from './types.ts'
import { workflowPolicyOf } from './workflow-policy.ts'

/** Rules section 7: collected from 30 min before to 60 min after the ECG, 3.5 to 5.0 mmol/L. */
const BEFORE_MINUTES = 30
const AFTER_MINUTES = 60
const DAY_MINUTES = 24 * 60
/** mmol/L; strictly above. */
const HIGH = 5.5

const TEXT: Record<'high' | 'very-high', string> = {
  high: 'Potassium screen from one ECG lead in the high band: test potassium now.',
  'very-high': 'Potassium screen from one ECG lead in the highest band for 6.0 mmol/L or more: test potassium now.'
}

/**
 * Does the stored result call for an alert, with the record as it is now (rules sections 7 and 9, specs 02 section 6)?
 *
 * | P(K >= 6.0) | P(K > 5.5) | last potassium | alert |
 * |---|---|---|---|
 * | very-high | any | any | raised; a normal potassium is only mentioned |
 * | high | any | normal in time | suppressed, recorded |
 * | high | any | else | raised |
 * | lower | high | above 5.5 | raised |
 * | lower | high | else | none |
 * | lower | risen against the own reference by the site's `serialRise` | normal in time | suppressed, recorded |
 * | lower | risen so | else | raised, band `serial-rise` |
 */
export async function alert(
  result: RiskAssessment,
  record: RecordReader,
  policy: Record<string, unknown> = {}
): Promise<AlertDecision | undefined> {
  if (['cancelled', 'entered-in-error'].includes(result.status)) return undefined
  const band = bandOf(result, 'hyperkalaemia-ge-6.0')
  if (band !== 'high' && band !== 'very-high')
    return (await alertOnLastPotassium(result, record)) ?? alertOnRise(result, record, policy)
  const rank = BANDS.indexOf(band)
  const normal = await normalPotassium(result, record)
  if (!normal) return { raise: true, band, rank, text: TEXT[band] }
  if (band === 'very-high') {
    const text = `${TEXT[band]} A potassium of 3.5 to 5.0 mmol/L was collected near the ECG; this band is alerted all the same.`
    return { raise: true, band, rank, text }
  }
  return {
    raise: false,
    band,
    rank,
    text: TEXT[band],
    suppressedBy: { reason: 'normal-potassium', reference: normal.reference }
  }
}

/** The > 5.5 band alone is too common to wake anybody; with a last potassium above 5.5 it is not. */
async function alertOnLastPotassium(result: RiskAssessment, record: RecordReader): Promise<AlertDecision | undefined> {
  const acquiredAt = acquisitionOf(result)
  if (bandOf(result, SNOMED.hyperkalaemia.code) !== 'high' || !acquiredAt) return undefined
  const until = minutesFrom(acquiredAt, AFTER_MINUTES)
  const query = `Observation?patient=${result.subject.reference}&code=${POTASSIUM_TOKENS}&date=le${until}&_sort=-date&_count=20`
  const last = (await record.search<Observation>(query))
    .map(readPotassium)
    .find(
      ({ isFinal, isHaemolysed, value, collectedAt }) => isFinal && !isHaemolysed && value !== undefined && collectedAt
    )
  if (last?.value === undefined || last.value <= HIGH) return undefined
  return {
    raise: true,
    band: 'high',
    rank: BANDS.indexOf('high'),
    text: `${TEXT.high} The last potassium was above 5.5 mmol/L.`
  }
}

/** The tracing has changed against the person's own at a normal potassium, whatever its band. */
async function alertOnRise(
  result: RiskAssessment,
  record: RecordReader,
  policy: Record<string, unknown>
): Promise<AlertDecision | undefined> {
  const { serialRise: limit } = workflowPolicyOf(policy)
  const rise = limit === undefined ? undefined : await serialRise(result, record)
  if (limit === undefined || rise === undefined || rise < limit) return undefined
  const rank = BANDS.indexOf('high')
  const text =
    "Potassium screen from one ECG lead risen against this person's own reference tracing: test potassium now."
  const normal = await normalPotassium(result, record)
  return normal
    ? {
        raise: false,
        band: 'serial-rise',
        rank,
        text,
        suppressedBy: { reason: 'normal-potassium', reference: normal.reference }
      }
    : { raise: true, band: 'serial-rise', rank, text }
}

/** Results near whose ECG a potassium was collected that was just written, corrected or taken back. */
export async function reconsider(event: ModuleEvent, record: RecordReader): Promise<string[]> {
  if (event.change?.resourceType !== 'Observation') return []
  const observation = await record.read<Observation>(`Observation/${event.change.id}`)
  const patient = observation?.subject?.reference
  if (!observation || !patient || !isPotassium(observation)) return []
  return (await resultsAround(patient, readPotassium(observation).collectedAt, record)).map(({ id }) => id!)
}

/**
 * Results whose ECG was acquired within a day of an instant: a potassium speaks of the alarms of the hour, and the last one
 * before a tracing may be hours old and come late.
 */
export async function resultsAround(
  patient: string,
  at: string | undefined,
  record: RecordReader
): Promise<RiskAssessment[]> {
  const results = await record.search<RiskAssessment>(
    `RiskAssessment?patient=${patient}&_sort=-_lastUpdated&_count=100`
  )
  return results.filter((result) => {
    const acquiredAt = acquisitionOf(result)
    const isOurs = result.method?.coding?.some(({ code }) => code === HIS['pocket-k'].code)
    // Without a collection time it can be near any of them; looking again at all is the safe side.
    return isOurs && acquiredAt !== undefined && (!at || isInside(at, dayAround(acquiredAt)))
  })
}

const dayAround = (instant: string) => ({
  from: minutesFrom(instant, -DAY_MINUTES),
  to: minutesFrom(instant, DAY_MINUTES)
})

/** The potassium that suppresses, unless a later look at the same hour says otherwise: one above 5.0 outweighs it. */
async function normalPotassium(result: RiskAssessment, record: RecordReader): Promise<Potassium | undefined> {
  const acquiredAt = acquisitionOf(result)
  const patient = result.subject.reference
  if (!acquiredAt || !patient) return undefined
  const window = suppressionWindow(acquiredAt)
  const query = `Observation?patient=${patient}&code=${POTASSIUM_TOKENS}&date=ge${window.from}&date=le${window.to}&_count=50`
  const usable = (await record.search<Observation>(query))
    .map(readPotassium)
    .filter(({ isFinal, isHaemolysed, value, collectedAt }) => {
      return (
        isFinal && !isHaemolysed && value !== undefined && collectedAt !== undefined && isInside(collectedAt, window)
      )
    })
    .sort((a, b) => Date.parse(b.collectedAt!) - Date.parse(a.collectedAt!) || (a.reference < b.reference ? -1 : 1))
  if (usable.some(exceeds)) return undefined
  // A censored value ('<4.0') only says where it is not.
  return usable.find(({ isNormal }) => isNormal)
}

/** '>5.0' lies above 5.0. */
const exceeds = ({ value, comparator }: Potassium): boolean =>
  value! > NORMAL.to || (comparator === '>' && value! >= NORMAL.to)

const suppressionWindow = (acquiredAt: string) => ({
  from: minutesFrom(acquiredAt, -BEFORE_MINUTES),
  to: minutesFrom(acquiredAt, AFTER_MINUTES)
})

/** Acquisition stands in the middle of whenPeriod (rules section 3). */
export function acquisitionOf(result: RiskAssessment): string | undefined {
  const { start } = result.prediction?.[0]?.whenPeriod ?? {}
  return start ? new Date(Date.parse(start) + 60 * MINUTE_MS).toISOString() : undefined
}

/** Bands of the hyperkalaemia outcomes. */
export const bandsOf = (result: RiskAssessment): Band[] =>
  [SNOMED.hyperkalaemia.code, HIS['hyperkalaemia-ge-6.0'].code].flatMap((outcome) => bandOf(result, outcome) ?? [])

/** The band's name stands in the text of qualitativeRisk, by outcome. */
const bandOf = (result: RiskAssessment, outcome: string): Band | undefined => {
  const prediction = result.prediction?.find((one) => one.outcome?.coding?.some(({ code }) => code === outcome))
  return BANDS.find((band) => band === prediction?.qualitativeRisk?.text)
}
