import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { sha256 } from '../../../../core/ids.ts'
import type { EvaluationCase } from '../../../../core/inference-module.ts'
import type { CapIcuInput, Sex, StayValue, UnitKind } from '../types.ts'
import { readTable } from './inflate.ts'
import { numberIn, rowsOf } from './rows.ts'
import { indexStays } from './stay-lines.ts'

/** Names of the challenge's parameters -> variable, and the factor to its canonical unit. */
const PARAMETERS = new Map(
  (
    JSON.parse(readFileSync(new URL('../variables.json', import.meta.url), 'utf8')) as {
      variables: { key: string; challenge: string[]; challengeFactor?: number }[]
    }
  ).variables.flatMap(({ key, challenge, challengeFactor = 1 }) =>
    challenge.map((name) => [name, { variable: key, factor: challengeFactor }] as const)
  )
)
const UNIT_KINDS: Record<string, UnitKind> = { 1: 'coronary', 2: 'cardiac-surgery', 3: 'medical', 4: 'surgical' }
const SEXES: Record<string, Sex> = { 0: 'female', 1: 'male' }

/** Moment of the estimate -> label key of `evaluate`. */
const MOMENTS = [
  { moment: '24h', windowHours: 24, label: 'death' },
  { moment: '48h', windowHours: 48, label: '48h' }
] as const

interface Outcome {
  died: 0 | 1
  others: Record<string, number>
}

interface Stay {
  sha256: string
  age?: number
  sex?: Sex
  unitKind?: UnitKind
  values: StayValue[]
  isReadable: boolean
}

/**
 * Stays of the PhysioNet/CinC Challenge 2012 (Silva et al., Comput Cardiol 2012;39:245-248), all in one table: RecordID, Time
 * (HH:MM since admission), Parameter, Value; the general descriptors (Age, Gender, ICUType) are rows as well, -1 is unknown. Each stay is two cases
 * of one record and patient: label `death` from its first 24 h, label `48h` from its first 48 h.
 *
 * `sha256`, by which stays of the training are known again, is that of the text whose first line is the RecordID and a comma, and
 * whose further lines are the distinct 'Time,Parameter,Value' of the stay, sorted by bytes, joined by LF without one at the end.
 */
export async function* challengeCases({
  file,
  outcomes
}: {
  file: string
  outcomes: string
}): AsyncIterable<EvaluationCase> {
  const truth = await readOutcomes(outcomes)
  const stays = indexStays(await readTable(file))
  for (const id of stays.ids) {
    const outcome = truth.get(id)
    truth.delete(id)
    const stay = readStay(id, stays.linesOf(id))
    if (!outcome) yield refusedCase(id, 'outcome-missing')
    else if (!stay.isReadable) yield refusedCase(id, 'values-unreadable')
    else for (const moment of MOMENTS) yield caseOf(id, stay, outcome, moment)
  }
  for (const id of truth.keys()) yield refusedCase(id, 'values-missing')
}

const refusedCase = (id: string, refused: string): EvaluationCase => ({
  recordId: id,
  patientId: id,
  files: [],
  labels: {},
  groups: {},
  refused
})

function caseOf(
  id: string,
  { sha256: hash, age, sex, unitKind, values }: Stay,
  { died, others }: Outcome,
  { moment, windowHours, label }: (typeof MOMENTS)[number]
): EvaluationCase {
  const input: CapIcuInput = {
    moment,
    windowHours,
    values: values.filter(({ hours }) => hours < windowHours),
    ...(age === undefined ? {} : { age }),
    ...(sex ? { sex } : {}),
    ...(unitKind ? { unitKind } : {})
  }
  return {
    recordId: id,
    patientId: id,
    files: [],
    input,
    sha256: hash,
    labels: { [label]: died },
    groups: {
      ...(age === undefined ? {} : { age: String(age) }),
      ...(sex ? { sex } : {}),
      ...(unitKind ? { unit: unitKind } : {})
    },
    others
  }
}

/** @param lines 'Time,Parameter,Value' */
function readStay(id: string, lines: readonly string[]): Stay {
  const distinct = [...new Set(lines)].sort()
  const stay: Stay = { sha256: sha256([`${id},`, ...distinct].join('\n')), values: [], isReadable: true }
  let before = { time: '', hours: undefined as number | undefined }
  for (const line of lines) {
    const [time = '', parameter = '', text = '', more] = line.split(',')
    // Several values of one instant follow each other.
    if (time !== before.time) before = { time, hours: hoursOf(time) }
    const { hours } = before
    const value = numberIn(text)
    if (hours === undefined || value === undefined || more !== undefined) {
      stay.isReadable = false
      continue
    }
    const known = PARAMETERS.get(parameter)
    if (known) stay.values.push({ variable: known.variable, hours, value: value * known.factor })
    else if (parameter === 'Age' && value >= 0) stay.age = value
    else if (parameter === 'Gender' && SEXES[text]) stay.sex = SEXES[text]
    else if (parameter === 'ICUType' && UNIT_KINDS[text]) stay.unitKind = UNIT_KINDS[text]
  }
  return stay
}

/** 'HH:MM' -> hours since admission. */
function hoursOf(time: string): number | undefined {
  const [hours, minutes] = /^\d{1,4}:[0-5]\d$/.test(time) ? time.split(':') : []
  return hours === undefined ? undefined : Number(hours) + Number(minutes) / 60
}

/** RecordID,SAPS-I,SOFA,Length_of_stay,Survival,In-hospital_death; SAPS-I and SOFA of -1 are unknown. Rows without an outcome are left out. */
async function readOutcomes(file: string): Promise<Map<string, Outcome>> {
  const found = new Map<string, Outcome>()
  const required = ['RecordID', 'In-hospital_death']
  for await (const { cell } of rowsOf(await readTable(file), basename(file), required)) {
    const died = cell('In-hospital_death')
    if (died !== '0' && died !== '1') continue
    const others: Record<string, number> = {}
    for (const name of ['SAPS-I', 'SOFA']) {
      const value = numberIn(cell(name))
      if (value !== undefined && value >= 0) others[name] = value
    }
    found.set(cell('RecordID'), { died: died === '1' ? 1 : 0, others })
  }
  return found
}
