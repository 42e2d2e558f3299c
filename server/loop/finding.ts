import type { Task } from '@medplum/fhirtypes'
import type { FhirStore } from '../../core/fhir-store.ts'
import { uuidV5 } from '../../core/ids.ts'
import { aiDeviceId } from '../../fhir-profiles/builders/ai-device.ts'
import { concept, HIS, PROFILE } from '../../fhir-profiles/index.ts'
import type { CusumSide } from './compute/cusum.ts'
import type { GapRow } from './compute/gaps.ts'
import type { PsiRow } from './compute/psi.ts'
import type { LoopModel, LoopSource } from './source.ts'

/** What a look found that a person has to judge. */
export type Finding =
  | { kind: 'drift-inputs'; comparedWith: string; inputs: readonly PsiRow[] }
  | { kind: 'drift-calibration'; label: string; pairs: number; charts: readonly CusumSide[] }
  | { kind: 'gap'; label: string; gaps: readonly GapRow[] }

type FindingTask = Task & { id: string }

const CLOSED: readonly string[] = ['completed', 'cancelled', 'rejected', 'failed', 'entered-in-error']
/** Tasks of one kind and label that are told apart; the last takes all further findings. */
const MAX_TASKS = 500
/** Inputs that a description names. */
const MAX_NAMED = 12
/** Looks that a task remembers. */
const MAX_INPUTS = 60
/** A finding of a week is worth a look within the next. */
const ANSWER_WITHIN_MS = 7 * 24 * 3_600_000

export const findingText: Record<Finding['kind'], { log: string; code: 'worklist-drift' | 'worklist-fairness' }> = {
  'drift-inputs': { log: 'the inputs of a model have drifted', code: 'worklist-drift' },
  'drift-calibration': { log: 'the calibration of a model has drifted', code: 'worklist-drift' },
  gap: { log: 'a model finds the ill of one group less often than of another', code: 'worklist-fairness' }
}

/**
 * Tasks of one source and model. While one is open, further looks that find the same are noted on it; after a person closed it, a
 * new finding opens the next.
 */
export function loopTasks(
  store: Pick<FhirStore, 'read' | 'write'>,
  { owner, source, model, now }: { owner: string; source: LoopSource; model: LoopModel & { key: string }; now: Date }
) {
  const idOf = (kind: Finding['kind'], label: string, ordinal: number): string =>
    uuidV5('loop-task', source.id, model.key, kind, label, String(ordinal))

  async function latest(
    kind: Finding['kind'],
    label: string
  ): Promise<{ task?: FindingTask; closed?: FindingTask; next: string }> {
    let [task, closed]: (FindingTask | undefined)[] = []
    for (let ordinal = 0; ordinal < MAX_TASKS; ordinal++) {
      const found = await store.read<FindingTask>('Task', idOf(kind, label, ordinal))
      if (!found) return { task, closed, next: idOf(kind, label, ordinal) }
      task = found
      if (CLOSED.includes(found.status)) closed = found
    }
    return { task, closed, next: task!.id }
  }

  return {
    /** When a finding of this kind was last closed by a person; undefined where none was. */
    async closedAt(kind: Finding['kind'], label: string): Promise<string | undefined> {
      const { closed } = await latest(kind, label)
      return closed?.executionPeriod?.end ?? closed?.meta?.lastUpdated
    },
    async raise(finding: Finding): Promise<{ id: string; isNew: boolean }> {
      const label = 'label' in finding ? finding.label : ''
      const { task, next } = await latest(finding.kind, label)
      const isNew = !task || CLOSED.includes(task.status)
      const seen: NonNullable<Task['input']>[number] = { type: { text: 'seen' }, valueInstant: now.toISOString() }
      const written: FindingTask = isNew
        ? { ...base(finding, next), focus: await focusOf(), input: [seen] }
        : { ...task, input: [...(task.input ?? []), seen].slice(-MAX_INPUTS) }
      await store.write([{ resource: written, ...(task && !isNew ? { ifMatch: task.meta?.versionId } : {}) }], {
        kind: 'alert',
        module: source.id
      })
      return { id: written.id, isNew }
    }
  }

  /** The Device of the model; of a model that nobody here has seen its name. */
  async function focusOf(): Promise<NonNullable<Task['focus']>> {
    const id = aiDeviceId(model.sha256)
    const device = model.sha256 ? await store.read('Device', id) : undefined
    return device ? { reference: `Device/${id}`, display: model.name } : { display: `${source.title}, ${model.name}` }
  }

  function base(finding: Finding, id: string): FindingTask {
    return {
      resourceType: 'Task',
      id,
      meta: { profile: [PROFILE.task] },
      status: 'requested',
      intent: 'order',
      priority: 'routine',
      code: concept(HIS[findingText[finding.kind].code]),
      description: describe(finding, `${source.title}, ${model.name} ${model.version}`.trim()),
      authoredOn: now.toISOString(),
      owner: { display: owner },
      restriction: { period: { end: new Date(now.getTime() + ANSWER_WITHIN_MS).toISOString() } }
    }
  }
}

/** Figures only; nothing that points at a person. */
export function describe(finding: Finding, about: string): string {
  switch (finding.kind) {
    case 'drift-inputs': {
      const named = [...finding.inputs]
        .sort((a, b) => (b.psi ?? 0) - (a.psi ?? 0))
        .slice(0, MAX_NAMED)
        .map(({ name, psi, n }) => `${name} ${psi?.toFixed(2)} (n ${n})`)
      return `${about}: what goes in or comes out is distributed otherwise than in the reference (${finding.comparedWith}). Population stability index of the last week: ${named.join(', ')}. Nothing was changed: look for a new population, unit, code or device, and decide.`
    }
    case 'drift-calibration': {
      const said = finding.charts.map(
        ({ direction, oddsRatio, highest, limit, signalAt }) =>
          `${direction === 'up' ? 'more' : 'fewer'} came true than was foretold (chart for an odds ratio of ${oddsRatio.toFixed(2)}: ${highest.toFixed(2)}, limit ${limit.toFixed(2)}, first passed ${signalAt?.slice(0, 10)})`
      )
      return `${about}, ${finding.label}: ${said.join('; ')}. ${finding.pairs} judged predictions. Nothing was changed: see the proposal under /admin/performance, and decide.`
    }
    case 'gap': {
      const said = finding.gaps.map(({ attribute, groups, eod, ci, p }) => {
        const rates = groups.map(({ group, tpr, positives }) => `${group} ${tpr.toFixed(2)} (${positives} events)`)
        return `${attribute}: sensitivity ${rates.join(', ')}; difference ${eod?.toFixed(2)} [${ci?.map((end) => end.toFixed(2)).join(' to ')}], as large in ${((p ?? 0) * 100).toFixed(1)} % of exchanged groups`
      })
      return `${about}, ${finding.label}: ${said.join('. ')}. Nothing was changed: read the subgroup report, and decide.`
    }
    default:
      return finding satisfies never
  }
}
