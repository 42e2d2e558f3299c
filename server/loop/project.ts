import type { Resource } from '@medplum/fhirtypes'
import type { ChangeEvent } from '../../core/changes.ts'
import type { Truth } from '../../core/closed-loop.ts'
import type { FhirStore } from '../../core/fhir-store.ts'
import type { RecordReader } from '../../core/record.ts'
import type { Statement } from '../../core/sql.ts'
import { type Awaiting, match } from './match.ts'
import { dropResult, groupsNow, readResultRow, rowStatements, survivorReference } from './result-row.ts'
import type { LoopSource } from './source.ts'
import { changedStatement } from './tables.ts'

export interface ProjectionDeps {
  store: FhirStore
  sources: readonly LoopSource[]
  reader(): RecordReader
}

type Stored = Resource & { id: string }

/** Types of which leading results are. */
const RESULT_TYPES = new Set(['RiskAssessment', 'Observation'])
/** What the strata of every source hang on. */
const PERSON_TYPES = new Set(['Patient', 'Encounter'])

interface StoredResult {
  result: string
  at: number
  encounter: string | null
  withdrawn: number
  own_groups: string
  groups_json: string
}

/**
 * Keeps the tables what the record says. Whatever may change the rows of a (source, patient) makes them anew from the record
 * as it stands after that change, under one lock for each: so the last change that is handled sees all of them, and the rows
 * do not depend on the order in which changes come.
 */
export function createProjection({ store, sources, reader }: ProjectionDeps) {
  const { sql } = store
  const lockOf = (source: string, patient: string) => `loop|${source}|${patient}`

  /** One committed change. Handling it twice, or late, does no harm. */
  async function handle(change: ChangeEvent): Promise<void> {
    const { resourceType, id } = change
    const key = `${resourceType}/${id}`
    const isPerson = PERSON_TYPES.has(resourceType)
    const listening = sources.filter(({ loop }) => loop.listensTo.includes(resourceType))
    if (!RESULT_TYPES.has(resourceType) && !isPerson && listening.length === 0) return
    const current = await store.read<Stored>(resourceType, id)
    if (RESULT_TYPES.has(resourceType)) await noteResult(key, current)
    if (resourceType === 'Patient') await moveMerged(key)
    const affected = await peopleOf(change, current)
    for (const source of sources) {
      const isListening = listening.includes(source)
      for (const patient of affected.get(source.id) ?? []) if (isListening || isPerson) await refresh(source, patient)
    }
  }

  /** Of each source, the people with predictions whom the change is about, or was about while it was still their truth. */
  async function peopleOf(change: ChangeEvent, current: Stored | undefined): Promise<Map<string, Set<string>>> {
    const people = new Map<string, Set<string>>()
    const add = ({ source, patient }: { source: string; patient: string }) =>
      people.set(source, (people.get(source) ?? new Set()).add(patient))
    const key = `${change.resourceType}/${change.id}`
    for (const row of await sql.all<{ source: string; patient: string }>(
      'SELECT DISTINCT source, patient FROM loop_truths WHERE key = ?',
      [key]
    ))
      add(row)
    const mayBeTruth = (source: string): boolean => {
      const loop = sources.find(({ id }) => id === source)?.loop
      return !current || PERSON_TYPES.has(change.resourceType) || loop?.mayBeTruth?.(current) !== false
    }
    for (const patient of subjectsOf(change, current))
      for (const row of await sql.all<{ source: string; patient: string }>(
        'SELECT DISTINCT source, patient FROM loop_results WHERE patient = ?',
        [patient]
      ))
        if (mayBeTruth(row.source)) add(row)
    return people
  }

  /** A result that was written, moved, withdrawn or deleted. */
  async function noteResult(result: string, current: Stored | undefined): Promise<void> {
    const stored = await sql.all<{ source: string; patient: string }>(
      'SELECT source, patient FROM loop_results WHERE result = ?',
      [result]
    )
    for (const source of sources) {
      const before = stored.find((row) => row.source === source.id)?.patient
      const leading = current && source.leading(current)
      if (!leading && before === undefined) continue
      const patient = leading?.subject?.reference ? await survivorReference(store, leading.subject.reference) : before
      if (patient === undefined) continue
      await note(source, result, patient)
      await refresh(source, patient)
      if (before !== undefined && before !== patient) await refresh(source, before)
    }
  }

  async function note(source: LoopSource, result: string, patient: string): Promise<void> {
    const [type = '', id = ''] = result.split('/')
    const moved = await store.lock([lockOf(source.id, patient)], async () => {
      const current = await store.read<Stored>(type, id)
      const leading = current && source.leading(current)
      const row = leading && (await readResultRow(store, source, { ...leading, id }, reader()))
      if (row && row.patient !== patient) return row.patient
      await sql.write([...(row ? rowStatements(row) : dropResult(source.id, result)), changedStatement(source.id)])
      return undefined
    })
    // Merged between the look and the lock: under the other's lock, then.
    if (moved !== undefined) {
      await note(source, result, moved)
      await refresh(source, moved)
    }
  }

  /** Somebody was merged into another: what stands under the old name is read again. */
  async function moveMerged(patient: string): Promise<void> {
    if ((await survivorReference(store, patient)) === patient) return
    const rows = await sql.all<{ result: string }>('SELECT DISTINCT result FROM loop_results WHERE patient = ?', [
      patient
    ])
    for (const { result } of rows) {
      const [type = '', id = ''] = result.split('/')
      await noteResult(result, await store.read<Stored>(type, id))
    }
  }

  /** Strata, truths and pairs of one person and source, made anew. */
  function refresh(source: LoopSource, patient: string): Promise<void> {
    return store.lock([lockOf(source.id, patient)], async () => {
      const results = await sql.all<StoredResult>(
        `SELECT result, at, encounter, withdrawn, own_groups, groups_json FROM loop_results
         WHERE source = ? AND patient = ? ORDER BY result`,
        [source.id, patient]
      )
      const regrouped = await regroup(source, patient, results)
      const isAwaited = results.some(({ withdrawn }) => Number(withdrawn) === 0)
      const truths = isAwaited ? await truthsOf(source, patient) : []
      const rows = [
        ...truths.map((truth) => truthRow(source.id, patient, truth)),
        ...(await pairRows(source, patient, results, truths))
      ]
      const before = await storedRows(source.id, patient)
      const isSame = JSON.stringify(before) === JSON.stringify(rows.map(({ values }) => values))
      if (isSame && regrouped.length === 0) return
      await sql.write([
        ...regrouped,
        ...(isSame ? [] : [...clear(source.id, patient), ...rows.map(insert)]),
        changedStatement(source.id)
      ])
    })
  }

  async function regroup(source: LoopSource, patient: string, results: StoredResult[]): Promise<Statement[]> {
    const statements: Statement[] = []
    for (const { result, at, encounter, own_groups, groups_json } of results) {
      const ownGroups = JSON.parse(own_groups) as Record<string, string>
      const row = { patient, at: Number(at), encounter: encounter ?? undefined, ownGroups }
      const groups = JSON.stringify(await groupsNow(store, row))
      if (groups !== groups_json)
        statements.push({
          sql: 'UPDATE loop_results SET groups_json = ? WHERE source = ? AND result = ?',
          params: [groups, source.id, result]
        })
    }
    return statements
  }

  /** Each (label, key) once, the earliest; of labels that are declared. */
  async function truthsOf({ loop, policy }: LoopSource, patient: string): Promise<Truth[]> {
    const labels = new Set(loop.labels.map(({ key }) => key))
    const found = (await loop.truths(patient, reader(), policy))
      .filter(({ label, value, at }) => labels.has(label) && Number.isFinite(value) && !Number.isNaN(Date.parse(at)))
      .sort((a, b) => compare(a.label, b.label) || Date.parse(a.at) - Date.parse(b.at) || compare(a.key, b.key))
    return [...new Map(found.reverse().map((truth) => [`${truth.label} ${truth.key}`, truth])).values()].reverse()
  }

  async function pairRows(
    source: LoopSource,
    patient: string,
    results: StoredResult[],
    truths: readonly Truth[]
  ): Promise<Row[]> {
    if (truths.length === 0) return []
    const predicted = await sql.all<{ result: string; label: string }>(
      `SELECT q.result AS result, q.label AS label FROM loop_predictions q
       JOIN loop_results r ON r.source = q.source AND r.result = q.result
       WHERE r.source = ? AND r.patient = ? AND r.withdrawn = 0`,
      [source.id, patient]
    )
    const awaiting = new Map(
      results.map(({ result, at, encounter }) => [
        result,
        { result, at: Number(at), encounter: encounter ?? undefined }
      ])
    )
    return [...source.loop.labels]
      .sort((a, b) => compare(a.key, b.key))
      .flatMap((label) => {
        const open = predicted.flatMap((one): Awaiting[] =>
          one.label === label.key ? [awaiting.get(one.result)!].filter(Boolean) : []
        )
        const occurred = truths.flatMap((truth) =>
          truth.label === label.key ? [{ key: truth.key, at: Date.parse(truth.at), encounter: truth.encounter }] : []
        )
        return match(label, open, occurred)
          .sort((a, b) => compare(a.result, b.result))
          .map(
            ({ result, key }): Row => ({ table: 'loop_pairs', values: [source.id, label.key, result, patient, key] })
          )
      })
  }

  async function storedRows(source: string, patient: string): Promise<unknown[][]> {
    const truths = await sql.all<Record<string, string | number | null>>(
      `SELECT source, label, patient, key, reference, at, encounter, value FROM loop_truths
       WHERE source = ? AND patient = ?`,
      [source, patient]
    )
    const pairs = await sql.all<Record<string, string>>(
      `SELECT source, label, result, patient, key FROM loop_pairs WHERE source = ? AND patient = ?`,
      [source, patient]
    )
    // Sorted here: databases order texts by rules of their own.
    truths.sort((a, b) => textOrder(a, b, 'label') || Number(a.at) - Number(b.at) || textOrder(a, b, 'key'))
    pairs.sort((a, b) => textOrder(a, b, 'label') || textOrder(a, b, 'result'))
    return [
      ...truths.map(({ at, ...row }) => [
        row.source,
        row.label,
        row.patient,
        row.key,
        row.reference,
        Number(at),
        row.encounter ?? null,
        row.value
      ]),
      ...pairs.map((row) => [row.source, row.label, row.result, row.patient, row.key])
    ]
  }

  return { handle, noteResult, refresh }
}

export type Projection = ReturnType<typeof createProjection>

interface Row {
  table: 'loop_truths' | 'loop_pairs'
  values: (string | number | null)[]
}

const truthRow = (source: string, patient: string, truth: Truth): Row => ({
  table: 'loop_truths',
  values: [
    source,
    truth.label,
    patient,
    truth.key,
    truth.reference,
    Date.parse(truth.at),
    truth.encounter ?? null,
    String(truth.value)
  ]
})

const COLUMNS = {
  loop_truths: 'source, label, patient, key, reference, at, encounter, value',
  loop_pairs: 'source, label, result, patient, key'
}

const insert = ({ table, values }: Row): Statement => ({
  sql: `INSERT INTO ${table} (${COLUMNS[table]}) VALUES (${values.map(() => '?').join(', ')})`,
  params: values
})

const clear = (source: string, patient: string): Statement[] =>
  (['loop_truths', 'loop_pairs'] as const).map((table) => ({
    sql: `DELETE FROM ${table} WHERE source = ? AND patient = ?`,
    params: [source, patient]
  }))

/** The person of the event, and of the resource as it stands now. */
function subjectsOf({ patientId, resourceType, id }: ChangeEvent, current: Stored | undefined): Set<string> {
  const subject = (current as { subject?: { reference?: string } } | undefined)?.subject?.reference
  const named = patientId ? `Patient/${patientId.replace(/^Patient\//, '')}` : undefined
  const own = resourceType === 'Patient' ? `Patient/${id}` : undefined
  return new Set([named, subject, own].filter((one): one is string => one?.startsWith('Patient/') === true))
}

const textOrder = <K extends string>(a: Record<K, unknown>, b: Record<K, unknown>, key: K): number =>
  compare(String(a[key]), String(b[key]))

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
