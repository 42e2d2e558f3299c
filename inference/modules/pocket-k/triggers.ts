import type { DiagnosticReport, Identifier, Observation } from '@medplum/fhirtypes'
import type { ResultReason } from '../../../core/inference-module.ts'
import type { RecordReader } from '../../../core/record.ts'
import { HIS, IDENTIFIER_TYPE } from '../../../fhir-profiles/index.ts'
import { hasTag } from '../../record/reading.ts'
import { isInside, minutesFrom } from '../../record/times.ts'
import { POTASSIUM_TOKENS, type Potassium, readPotassium } from './reading.ts'
import type { Timing } from './timing.ts'
import type { PotassiumTrigger } from './types.ts'

/** Potassium results of one patient looked at around one ECG, the newest: days of intensive care. */
const MAX_AROUND = 100
/** Without any collection time; the newest. */
const MAX_UNTIMED = 20
/** Said in one result; more of them within two hours say nothing new. */
const MAX_SAID = 5

const CODE = {
  haemolysed: HIS['potassium-haemolysed'],
  missing: HIS['potassium-missing'],
  high: HIS['potassium-high']
} as const

/** A potassium that asks for a screen of the ECG beside it, and when it did so. */
export interface Asking extends PotassiumTrigger {
  at: string
}

/**
 * Does this potassium ask for a screen (rules section 7)? It does when it cannot answer by itself - haemolysed, or the
 * laboratory has none - or when it is high.
 *
 * | potassium | asks |
 * |---|---|
 * | of urine under a blood code | no |
 * | haemolysed, whatever its value and status | `haemolysed` |
 * | cancelled, of a rejected specimen, final without value, taken back for words (TNP) | `missing` |
 * | a unit or a number that cannot be one of potassium | no: neither truth nor trigger |
 * | final, above the limit, not `<` | `high` |
 * | else, or entered in error | no |
 *
 * It asks at its collection; one that was never collected asks when the laboratory said so. In an hour that daylight saving
 * repeats it asks never (rules section 3).
 */
export function askingOf(potassium: Potassium, { potassiumTrigger }: Timing): Asking | undefined {
  const { reference, collectedAt, saidAt, comparator, value, isTakenBack, isFinal } = potassium
  const kind = kindOf(potassium, potassiumTrigger)
  if (kind === 'high') {
    const isBelow = comparator === '<' || comparator === '<='
    if (!collectedAt || isBelow || value === undefined) return undefined
    return { kind, reference, above: potassiumTrigger, at: collectedAt }
  }
  const at = collectedAt ?? saidAt
  if (!kind || !at) return undefined
  const isDecided = isTakenBack || isFinal || potassium.isRejected || potassium.status === 'cancelled'
  // What is only registered or preliminary is still to come.
  if (kind === 'missing' && !isDecided) return undefined
  return { kind, reference, at }
}

function kindOf(potassium: Potassium, limit: number): PotassiumTrigger['kind'] | undefined {
  const { status, absence, isHaemolysed, isRejected, isFinal, isTakenBack, value } = potassium
  if (absence === 'specimen' || (status === 'entered-in-error' && !isTakenBack)) return undefined
  if (isHaemolysed) return 'haemolysed'
  if (isRejected || isTakenBack || status === 'cancelled' || absence === 'none') return 'missing'
  return isFinal && value !== undefined && value > limit ? 'high' : undefined
}

/** Those around an instant, the oldest first; of what is held back for another person's sake none. */
export async function askingAround(
  patient: string,
  record: RecordReader,
  { instant, timing }: { instant: string; timing: Timing }
): Promise<Asking[]> {
  const window = around(instant, timing)
  const of = `Observation?patient=${patient}&code=${POTASSIUM_TOKENS}`
  const found = [
    ...(await record.search<Observation>(
      `${of}&date=ge${window.from}&date=le${window.to}&_sort=-date&_count=${MAX_AROUND}`
    )),
    ...(await record.search<Observation>(`${of}&date:missing=true&_sort=-_lastUpdated&_count=${MAX_UNTIMED}`))
  ]
  return found
    .filter(
      (observation) => !hasTag(observation, HIS.quarantine.code) && !hasTag(observation, HIS['patient-mismatch'].code)
    )
    .flatMap((observation) => askingOf(readPotassium(observation), timing) ?? [])
    .filter(({ at }) => isInside(at, window))
    .toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at) || (a.reference < b.reference ? -1 : 1))
    .slice(-MAX_SAID)
}

/** The reason of a result as the server keeps it, with the numbers of the order that the potassium came under. */
export async function reasonOf({ kind, reference }: Asking, record: RecordReader): Promise<ResultReason> {
  const orders = await orderNumbers(reference, record)
  return { reference, code: { ...CODE[kind] }, ...(orders.length > 0 ? { orders } : {}) }
}

/** As the laboratory's report names them; the report itself changes with every analyte and is no input. */
async function orderNumbers(potassium: string, record: RecordReader): Promise<Identifier[]> {
  const observation = potassium.split('/_history')[0]!
  const [report] = await record.search<DiagnosticReport>(`DiagnosticReport?result=${observation}&_count=1`)
  const types: readonly string[] = [IDENTIFIER_TYPE.placer.code, IDENTIFIER_TYPE.filler.code]
  return (report?.identifier ?? [])
    .filter(({ value, type }) => value && type?.coding?.some(({ code }) => types.includes(code ?? '')))
    .map(({ type, value }) => ({ type, value }))
}

/** The span in which an ECG and a potassium belong together. */
export const around = (
  instant: string,
  { potassiumWindowMinutes: minutes }: Pick<Timing, 'potassiumWindowMinutes'>
) => ({
  from: minutesFrom(instant, -minutes),
  to: minutesFrom(instant, minutes)
})
