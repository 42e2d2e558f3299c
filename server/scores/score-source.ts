import type { Observation } from '@medplum/fhirtypes'
import type { ClosedLoop } from '../../core/closed-loop.ts'
import { AppError } from '../../core/errors/app-error.ts'
import type { ScoreConfig } from '../config/sections/scores.ts'
import type { LoopModel, LoopSource } from '../loop/source.ts'
import { hasCode, scoreLoop } from './score-loop.ts'

/** Closed loop and policy of a module that is installed, whether it is enabled or not; undefined: no such module, or no loop. */
export type LoopOfModule = (id: string) => Promise<{ loop: ClosedLoop; policy: Record<string, unknown> } | undefined>

/**
 * The configured scores of other systems as sources of the closed loop: from here on nothing tells them from our modules.
 *
 * @throws AppError CONFIG_INVALID when a score names a module or label that is not there
 */
export async function scoreSources(scores: readonly ScoreConfig[], loopOf: LoopOfModule): Promise<LoopSource[]> {
  return Promise.all(
    scores.map(async (score, i) => {
      const found = await loopOf(score.truth.module)
      if (!found) throw new AppError('CONFIG_INVALID', { at: `scores[${i}].truth.module`, reason: 'no-such-truth' })
      const label = found.loop.labels.find(({ key }) => key === score.truth.label)
      // A measurement has no 0 | 1 that a score could foretell.
      if (!label || label.kind === 'measurement')
        throw new AppError('CONFIG_INVALID', { at: `scores[${i}].truth.label`, reason: 'no-such-truth' })
      return scoreSource(score, scoreLoop(score, { loop: found.loop, label, policy: found.policy }))
    })
  )
}

/** 'score:<id>': how reports, metrics and the command line name a score. */
export const sourceId = ({ id }: Pick<ScoreConfig, 'id'>): string => `score:${id}`

function scoreSource(score: ScoreConfig, loop: ClosedLoop): LoopSource {
  const { system, code } = score.code
  return {
    id: sourceId(score),
    title: score.title,
    loop,
    policy: {},
    searches: [`Observation?code=${encodeURIComponent(`${system}|${code}`)}`],
    leading: (resource) => (resource.resourceType === 'Observation' && hasCode(resource, score) ? resource : undefined),
    // Cancelled after a number is a retraction (rules section 8); one without a number foretold nothing anyway.
    isWithdrawn: ({ status }) => status === 'entered-in-error' || status === 'cancelled',
    modelOf: (result) => modelOf(result as Observation, score)
  }
}

/** Nobody sees the model of a vendor: what stands in OBX-17 (method) tells its versions apart, where a sender fills it. */
function modelOf({ method }: Observation, { title }: ScoreConfig): LoopModel {
  const coding = method?.coding?.[0]
  const named = coding?.display ?? method?.text ?? coding?.code
  const version = [named, coding?.version].filter(Boolean).join(' ') || 'unstated'
  return { name: title, version, sha256: '' }
}
