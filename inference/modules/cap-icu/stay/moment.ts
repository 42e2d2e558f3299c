import { uuidV5 } from '../../../../core/ids.ts'
import type { IcuStay } from '../../../record/icu-stay.ts'
import { minutesFrom } from '../../../record/times.ts'
import { manifest } from '../manifest.ts'
import type { CapIcuInput } from '../types.ts'

export type Moment = CapIcuInput['moment']

/** Hours after admission for which there is a model. */
export const MOMENT_HOURS: readonly number[] = [24, 48]

/** One question about a stay: what was known in the first `hours` of it. */
export interface StayMoment {
  moment: Moment
  hours: number
  /** ISO instant at which the window ends. */
  at: string
}

/** The moment 24 or 48 hours after the admission to intensive care. */
export const momentAfter = (stay: Pick<IcuStay, 'start'>, hours: number): StayMoment => ({
  moment: hours === 48 ? '48h' : '24h',
  hours,
  at: minutesFrom(stay.start, hours * 60)
})

/** Tracing identity of a result (rules section 1): one for each encounter, admission to intensive care and moment. */
export const tracingOf = ({ encounter, start }: IcuStay, moment: Moment): string =>
  `icu|${encounter.replace('Encounter/', '')}|${start}|${moment}`

/** What a timer of a moment says; undefined for any other text. */
export function readTracing(text: string): { encounter: string; start: string; hours: number } | undefined {
  const match = /^icu\|([A-Za-z0-9.-]{1,64})\|([0-9TZ:.-]{1,40})\|(24|48)h$/.exec(text)
  return match ? { encounter: `Encounter/${match[1]}`, start: match[2]!, hours: Number(match[3]) } : undefined
}

/** Id of a result, as the server makes it. */
export const resultIdOf = (patientAtFirstWrite: string, tracing: string, placerOrderNumber?: string): string =>
  uuidV5(patientAtFirstWrite, manifest.contract, tracing, placerOrderNumber ?? 'unsolicited')
