import type { Device, Encounter, Patient, Resource } from '@medplum/fhirtypes'
import type { LoopResult } from '../../core/closed-loop.ts'
import type { FhirStore } from '../../core/fhir-store.ts'
import type { LeadingResult } from '../../core/leading-result.ts'
import type { RecordReader } from '../../core/record.ts'
import type { SqlValue, Statement } from '../../core/sql.ts'
import { basisOf, IDENTIFIER } from '../../fhir-profiles/index.ts'
import { survivorOf } from '../record/subject.ts'
import { bounded, commonGroups } from './groups.ts'
import { type LoopModel, type LoopSource, modelKey } from './source.ts'

type Stored = LeadingResult & { id: string }

/** Versions looked through for the first that says something; what refuses longer than that stays a refusal. */
const MAX_VERSIONS = 20

/** A leading result as the loop keeps it: what it first said, and whose and where it is now. */
export interface ResultRow {
  source: string
  result: string
  patient: string
  at: number
  encounter?: string
  model: LoopModel
  withdrawn: boolean
  refused?: string
  /** Strata that do not hang on the patient or the encounter. */
  ownGroups: Record<string, string>
  groups: Record<string, string>
  inputs: Record<string, number | null>
  predictions: LoopResult['predictions']
}

/**
 * What the record says of one result now.
 *
 * Its words are those of the first version that foretells anything (a result that first refused and later spoke counts from
 * then), else of the refusal in version 1: later versions know more, and what is judged is what people were told. Patient,
 * encounter and withdrawal are those of the current version: merges move them.
 *
 * @returns undefined when the source does not know it as one of its own
 */
export async function readResultRow(
  store: FhirStore,
  source: LoopSource,
  current: Stored,
  reader: RecordReader
): Promise<ResultRow | undefined> {
  const first = await firstWords(store, source, current, reader)
  const at = Date.parse(first?.said.at ?? '')
  const subject = current.subject?.reference
  if (!first || !subject?.startsWith('Patient/') || Number.isNaN(at)) return undefined
  const { said, version } = first
  const known = new Map(source.loop.labels.map((label) => [label.key, label]))
  const ownGroups = bounded({ device: await acquiredBy(version, reader), ...said.groups })
  const row = {
    source: source.id,
    result: `${current.resourceType}/${current.id}`,
    patient: await survivorReference(store, subject),
    at,
    encounter: current.encounter?.reference ?? said.encounter,
    model: await modelOf(store, source, version),
    withdrawn: source.isWithdrawn?.(current) ?? current.status === 'entered-in-error',
    refused: said.refused,
    ownGroups,
    inputs: said.inputs ?? {},
    predictions: said.predictions.filter(({ label, value }) => known.has(label) && Number.isFinite(value))
  }
  return { ...row, groups: await groupsNow(store, row) }
}

/** Sex, age band, race and ward as the record has them now, with the result's own strata over them. */
export async function groupsNow(
  store: FhirStore,
  { patient, encounter, at, ownGroups }: Pick<ResultRow, 'patient' | 'encounter' | 'at' | 'ownGroups'>
): Promise<Record<string, string>> {
  const person = await store.read<Patient>('Patient', patient.replace('Patient/', ''))
  const visit = encounter ? await store.read<Encounter>('Encounter', encounter.replace('Encounter/', '')) : undefined
  return bounded({ ...commonGroups(person, visit, new Date(at).toISOString()), ...ownGroups })
}

/** Who a subject is after all merges. */
export async function survivorReference(store: FhirStore, reference: string): Promise<string> {
  const patient = await store.read<Patient & { id: string }>('Patient', reference.replace('Patient/', ''))
  return patient ? `Patient/${(await survivorOf(store, patient)).id}` : reference
}

async function firstWords(
  store: FhirStore,
  source: LoopSource,
  current: Stored,
  reader: RecordReader
): Promise<{ said: LoopResult; version: LeadingResult } | undefined> {
  let refusal: { said: LoopResult; version: LeadingResult } | undefined
  const last = Math.min(Number(current.meta?.versionId ?? '1'), MAX_VERSIONS)
  for (let number = 1; number <= last; number++) {
    const version = await store.readVersion<Resource>(current.resourceType, current.id, String(number))
    const result = version && source.leading(version)
    const said = result && (await source.loop.predictions(result, reader, source.policy))
    if (!said) continue
    if (said.predictions.length > 0) return { said, version: result }
    refusal ??= { said, version: result }
  }
  return refusal
}

async function modelOf(store: FhirStore, source: LoopSource, result: LeadingResult): Promise<LoopModel> {
  const own = source.modelOf?.(result)
  if (own) return own
  const reference = result.resourceType === 'RiskAssessment' ? result.performer?.reference : result.device?.reference
  const id = /^Device\/([A-Za-z0-9.-]{1,64})/.exec(reference ?? '')?.[1]
  const device = id ? await store.read<Device>('Device', id) : undefined
  return {
    name: device?.deviceName?.[0]?.name ?? source.id,
    version: device?.version?.[0]?.value ?? '',
    sha256: device?.identifier?.find(({ system }) => system === IDENTIFIER.modelSha256)?.value ?? ''
  }
}

/** The device that recorded what the result stands on, as the record words it. */
async function acquiredBy(result: LeadingResult, reader: RecordReader): Promise<string | undefined> {
  const [basis] = basisOf(result)
  const input = basis?.startsWith('Observation/')
    ? await reader.read<Resource & { device?: { display?: string } }>(basis)
    : undefined
  return input?.device?.display
}

/** Statements that make the stored row of a result this one. */
export function rowStatements(row: ResultRow): Statement[] {
  const { source, result } = row
  const values: SqlValue[] = [
    source,
    result,
    row.patient,
    row.at,
    row.encounter ?? null,
    modelKey(row.model),
    row.model.name,
    row.model.version,
    row.model.sha256,
    row.withdrawn ? 1 : 0,
    row.refused ?? null,
    JSON.stringify(row.ownGroups),
    JSON.stringify(row.groups),
    JSON.stringify(row.inputs)
  ]
  return [
    ...dropResult(source, result),
    {
      sql: `INSERT INTO loop_results (source, result, patient, at, encounter, model, model_name, model_version, sha256,
            withdrawn, refused, own_groups, groups_json, inputs) VALUES (${values.map(() => '?').join(', ')})`,
      params: values
    },
    ...row.predictions.map(({ label, value, threshold, variants }) => ({
      sql: `INSERT INTO loop_predictions (source, result, label, value, threshold, variants) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (source, result, label) DO NOTHING`,
      params: [
        source,
        result,
        label,
        String(value),
        threshold === undefined ? null : String(threshold),
        JSON.stringify(variants ?? {})
      ]
    }))
  ]
}

export const dropResult = (source: string, result: string): Statement[] =>
  ['loop_results', 'loop_predictions'].map((table) => ({
    sql: `DELETE FROM ${table} WHERE source = ? AND result = ?`,
    params: [source, result]
  }))
