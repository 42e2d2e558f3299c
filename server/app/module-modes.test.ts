import type { InferenceModule } from '../../core/inference-module.ts'
import type { ModelFolder } from '../../core/model.ts'
import { effectiveMode } from './module-modes.ts'

const serving = (role: string) => {
  if (role === 'gone/1') throw new Error('none serves')
  return { role, manifest: { sha256: `sha of ${role}` } } as unknown as ModelFolder
}

function modeOf(models: string[], modelSha256: string | string[]): string {
  const module = { manifest: { id: 'm', models } } as unknown as InferenceModule
  const approval = { approver: 'a', date: '2026-01-01', modelSha256, threshold: 0.5, evaluation: 'e' }
  return effectiveMode({ id: 'm', module, config: { mode: 'advisory', policy: {}, approval } }, serving)
}

test.each([
  ['its one model', ['a/1'], 'sha of a/1', 'advisory'],
  ['another model', ['a/1'], 'sha of b/1', 'shadow'],
  ['each of its models', ['a/1', 'b/1'], ['sha of b/1', 'sha of a/1'], 'advisory'],
  ['one of its two models', ['a/1', 'b/1'], ['sha of a/1'], 'shadow'],
  ['a model that does not serve', ['gone/1'], ['sha of gone/1'], 'shadow'],
  ['no model', ['a/1'], [], 'shadow']
])('a module of which the site approved %s runs as %s says', (_, models, approved, mode) => {
  expect(modeOf(models, approved)).toBe(mode)
})
