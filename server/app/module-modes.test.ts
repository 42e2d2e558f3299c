import type { InferenceModule } from '../../core/inference-module.ts'
import { silentLogger } from '../../core/log.ts'
import type { ModelFolder } from '../../core/model.ts'
import type { InferenceRuntime } from '../../inference/runtime/runtime.ts'
import { effectiveModes } from './module-modes.ts'

const runtime = {
  model: (role: string) => ({ role, manifest: { sha256: `sha of ${role}` } }) as unknown as ModelFolder
} as InferenceRuntime

async function modeOf(models: string[], modelSha256: string | string[]): Promise<string | undefined> {
  const module = { manifest: { id: 'm', models } } as unknown as InferenceModule
  const approval = { approver: 'a', date: '2026-01-01', modelSha256, threshold: 0.5, evaluation: 'e' }
  const config = { mode: 'advisory' as const, policy: {}, approval }
  const modes = await effectiveModes([{ id: 'm', module, config }], { runtime, modelPlaces: {}, log: silentLogger })
  return modes[0]?.[1]
}

test.each([
  ['its one model', ['a/1'], 'sha of a/1', 'advisory'],
  ['another model', ['a/1'], 'sha of b/1', 'shadow'],
  ['each of its models', ['a/1', 'b/1'], ['sha of b/1', 'sha of a/1'], 'advisory'],
  ['one of its two models', ['a/1', 'b/1'], ['sha of a/1'], 'shadow'],
  ['no model', ['a/1'], [], 'shadow']
])('a module of which the site approved %s runs as %s says', async (_, models, approved, mode) => {
  expect(await modeOf(models, approved)).toBe(mode)
})
