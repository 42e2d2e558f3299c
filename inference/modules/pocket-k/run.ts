import type { Models } from '../../../core/model.ts'
import { decide } from './decide.ts'
import { explain } from './explain.ts'
import { gate } from './gate.ts'
import { infer, meanOfClips } from './infer.ts'
import { ROLE } from './manifest.ts'
import { prepare } from './prepare.ts'
import { readSitePolicy } from './site-policy.ts'
import type { PocketKFindings, PocketKInput } from './types.ts'

/** gate -> prepare -> infer -> aggregate clips -> decide -> explain. Runs in the worker. */
export async function run(
  input: PocketKInput,
  models: Models,
  policy: Record<string, unknown>
): Promise<PocketKFindings> {
  const gated = gate(input)
  if (!gated.pass) return { kind: 'refused', code: gated.code, quality: gated.quality }
  const clips = await infer(prepare(gated.lead), models)
  const site = readSitePolicy(models.site(ROLE), policy, models.manifest(ROLE))
  const decided = decide(meanOfClips(clips), site)
  const found = {
    kind: 'scored' as const,
    ...decided,
    clips: clips.flatMap((clip) => clip['k-gt-5.5'] ?? []),
    quality: gated.quality,
    calibrated: site.calibrated
  }
  return { ...found, explanation: explain(found, input) }
}
