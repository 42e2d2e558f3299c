import { createHash } from 'node:crypto'
import { AppError } from '../../../core/errors/app-error.ts'
import type { EvaluationCase, InferenceModule } from '../../../core/inference-module.ts'
import type { Waveform } from '../../../core/waveform.ts'
import type { CapIcuInput, Sex } from '../../../inference/modules/cap-icu/types.ts'
import { annotatedRecordings } from '../../inference/annotated-folder.ts'
import { readWfdbFiles } from '../../inference/recording.ts'
import { simulatedStay } from '../simulated-stays.ts'
import type { AuditedStay } from './audit-flips.ts'
import type { ModuleStay } from './module-target.ts'
import type { Demographics } from './twins.ts'

/** Simulated stays as input of cap-icu: the first 24 hours. */
export function simulatedStays(count: number, seed: number): AuditedStay<ModuleStay>[] {
  return Array.from({ length: count }, (_, i) => {
    const { id, age, sex, race, unitKind, values } = simulatedStay(seed + i)
    const input: CapIcuInput = {
      moment: '24h',
      windowHours: 24,
      age,
      sex,
      race,
      unitKind,
      values: values.filter(({ hours }) => hours < 24)
    }
    return { id, stay: tableStay(input), person: { age, sex, race } }
  })
}

/**
 * So many cases of a labelled folder, chosen by the hash of their record id: the same ones each time, and no first page of
 * anything. Tables keep their own input; recordings are decoded and given to the module with the demographics of the folder.
 *
 * @throws AppError BAD_REQUEST reason `no-dataset` or `no-cases`
 */
export async function staysOfFolder(
  module: InferenceModule,
  dir: string,
  count: number
): Promise<AuditedStay<ModuleStay>[]> {
  if (module.judge) return annotatedStays(module, dir, count)
  if (!module.dataset) throw new AppError('BAD_REQUEST', { reason: 'no-dataset' })
  const chosen: { hash: string; one: EvaluationCase }[] = []
  for await (const one of module.dataset(dir)) {
    const hash = createHash('sha256').update(`flips|${one.recordId}`).digest('hex')
    // Never more than twice as many in memory as are wanted.
    chosen.push({ hash, one })
    if (chosen.length >= 2 * count) keepLowest(chosen, count)
  }
  keepLowest(chosen, count)
  if (chosen.length === 0) throw new AppError('BAD_REQUEST', { reason: 'no-cases' })
  const seen = new Map<string, number>()
  return Promise.all(
    chosen.map(({ one }) => {
      // One record may be judged at several moments: each is a question of its own. A slash divides a stay from its twin.
      const name = one.recordId.replaceAll('/', '_')
      const times = (seen.get(name) ?? 0) + 1
      seen.set(name, times)
      return auditedCase(module, one, times === 1 ? name : `${name}~${times}`)
    })
  )
}

function keepLowest(chosen: { hash: string; one: EvaluationCase }[], count: number): void {
  chosen.sort((a, b) => (a.hash < b.hash ? -1 : 1))
  chosen.length = Math.min(chosen.length, count)
}

async function auditedCase(module: InferenceModule, one: EvaluationCase, id: string): Promise<AuditedStay<ModuleStay>> {
  if (one.input !== undefined) {
    const input = one.input as CapIcuInput
    return { id, patient: one.patientId, stay: tableStay(input), person: personOf(one.groups, input) }
  }
  const { waveform, age, sex } = await readWfdbFiles(one.files)
  const person = personOf(one.groups, { age, sex: sexOf(sex) })
  return { id, patient: one.patientId, person, stay: recordedStay(module, waveform) }
}

/** Recordings of an annotated folder (LUDB's or MIT-BIH's layout), for a module that measures: the first so many. */
async function annotatedStays(module: InferenceModule, dir: string, count: number): Promise<AuditedStay<ModuleStay>[]> {
  const stays: AuditedStay<ModuleStay>[] = []
  for await (const { recordId, patientId, waveform, age, sex } of annotatedRecordings(dir)) {
    if (stays.length === count) break
    const person = personOf({}, { age, sex: sexOf(sex) })
    stays.push({ id: recordId.replaceAll('/', '_'), patient: patientId, person, stay: recordedStay(module, waveform) })
  }
  if (stays.length === 0) throw new AppError('BAD_REQUEST', { reason: 'no-cases' })
  return stays
}

function recordedStay({ inputFrom }: InferenceModule, waveform: Waveform | undefined): ModuleStay {
  if (!inputFrom) throw new AppError('BAD_REQUEST', { reason: 'no-dataset' })
  return {
    inputOf: ({ age, sex }) => {
      const input = inputFrom({ waveform, age, sex }) as object
      // As in `evaluate`: a folder without ages vouches for adults.
      return age === undefined ? { ...input, adultVouched: true } : input
    }
  }
}

/** Changes the attributes that the input has, and the age a second time where a table's row names it. */
const tableStay = (input: CapIcuInput): ModuleStay => ({
  inputOf({ age, sex, race }) {
    const row = input.features
    return {
      ...input,
      ...(age === undefined ? {} : { age }),
      ...(sex === undefined ? {} : { sex }),
      ...(race === undefined ? {} : { race }),
      ...(row ? { features: age !== undefined && 'age' in row ? { ...row, age } : row } : {})
    }
  }
})

function personOf(groups: Record<string, string>, { age, sex, race }: Demographics): Demographics {
  const years = age ?? (/^\d+(\.\d+)?$/.test(groups['age'] ?? '') ? Number(groups['age']) : undefined)
  const person = { age: years, sex: sex ?? sexOf(groups['sex']), race: race ?? groups['race'] }
  return Object.fromEntries(Object.entries(person).filter(([, value]) => value !== undefined))
}

const sexOf = (text: string | undefined): Sex | undefined => (text === 'female' || text === 'male' ? text : undefined)
