import { refusalCoding } from '../../../../fhir-profiles/index.ts'
import { definitionOf } from '../features/catalogue.ts'
import type { EcgMeasurement, EcgQuality } from '../types.ts'
import { OWN, ours } from './codes.ts'
import { shown } from './value.ts'

const SOFTWARE = 'Measured by software, not over-read. Not for clinical use.'
/** What the conclusion names; the rest is in the Observations. */
const NAMED: readonly string[] = OWN.filter((id) => !['qt.framingham', 'qt.hodges', 'p.axis', 't.axis'].includes(id))

/** Fixed sentences filled with measured values: nothing here interprets. */
export function conclusion({ quality, features, changes }: EcgMeasurement): string {
  const named = features.filter(({ id, lead }) => lead === undefined && NAMED.includes(id))
  const given = named.flatMap(({ id, value }) =>
    value === undefined ? [] : [`${definitionOf(id).name} ${withUnit(id, value)}`]
  )
  const absent = named.flatMap(({ id, absent: reason }) =>
    reason ? [`${definitionOf(id).name}: ${refusalCoding(reason).display.toLowerCase()}`] : []
  )
  return [
    SOFTWARE,
    qualitySentence(quality),
    given.length > 0 ? `${given.join(', ')}.` : 'Nothing of the recording as a whole could be measured.',
    ...(absent.length > 0 ? [`Not given: ${absent.join('; ')}.`] : []),
    ...(changes ? [changeSentence(changes)] : [])
  ].join(' ')
}

export const refusalConclusion = (code: string, detail: string | undefined, quality: EcgQuality | undefined): string =>
  [
    `Nothing was measured: ${refusalCoding(code).display}.`,
    ...(detail === 'order-timeout' ? ['No usable ECG came in the time allowed.'] : []),
    ...(quality ? [qualitySentence(quality)] : []),
    'Not for clinical use.'
  ].join(' ')

const qualitySentence = ({ verdict, reasons }: EcgQuality): string =>
  reasons.length > 0
    ? `Signal quality: ${verdict} (${reasons.map((reason) => ours(reason).display.toLowerCase()).join(', ')}).`
    : `Signal quality: ${verdict}.`

function changeSentence({ acquiredAt, features }: NonNullable<EcgMeasurement['changes']>): string {
  const since = `Against the same person's tracing${acquiredAt ? ` of ${acquiredAt}` : ''}`
  const changed = features.filter(({ verdict, lead }) => verdict === 'changed' && lead === undefined)
  const leads = features.filter(({ verdict, lead }) => verdict === 'changed' && lead !== undefined)
  if (features.length === 0) return `${since}: no quantity could be compared.`
  const words = changed.map(
    ({ id, delta, referenceChange }) =>
      `${definitionOf(id).name} ${delta > 0 ? '+' : ''}${withUnit(id, delta)} (reference change value ${withUnit(id, referenceChange)})`
  )
  const byLead = leads.length > 0 ? [`${leads.length} lead-wise value(s)`] : []
  const all = [...words, ...byLead]
  return all.length === 0
    ? `${since}: no change beyond the reference change values.`
    : `${since}, beyond the reference change values: ${all.join(', ')}.`
}

function withUnit(id: string, value: number): string {
  const { unit } = definitionOf(id)
  return `${shown(id, value)}${unit === '1' ? '' : ` ${unit}`}`
}
