import type { Models, Tensor } from '../../../core/model.ts'
import { aggregate, clipSpread } from './aggregate.ts'
import { decide } from './decide.ts'
import { explain } from './explain.ts'
import { gate } from './gate.ts'
import { type ClipOutput, infer } from './infer.ts'
import { ROLE } from './manifest.ts'
import { optionsOf } from './policy.ts'
import { prepare } from './prepare.ts'
import { readReference } from './serial.ts'
import { readSitePolicy } from './site-policy.ts'
import { estimateOf, strangeness } from './trust.ts'
import type { PocketKFindings, PocketKInput, Probabilities, SignalVerdict, Unsupported } from './types.ts'
import { why } from './why.ts'

/** gate -> own reference -> prepare -> infer -> aggregate clips -> abstain -> decide -> explain. Runs in the worker. */
export async function run(
  input: PocketKInput,
  models: Models,
  policy: Record<string, unknown>
): Promise<PocketKFindings> {
  const gated = gate(input)
  if (!gated.pass) return { kind: 'refused', code: gated.code, ...(gated.quality ? { quality: gated.quality } : {}) }
  const options = optionsOf(policy)
  const manifest = models.manifest(ROLE)
  const site = readSitePolicy(models.site(ROLE), policy, manifest)
  const reference = input.reference && (await readReference(input.reference, gated.waves, models))

  const { alone, compared } = await score(prepare(manifest, gated.lead), models, reference?.embedding)
  const strip = aggregate(compared ?? alone, manifest)
  const clips = strip.clips.flatMap((clip) => clip['k-gt-5.5'] ?? []).map((raw) => site.served('k-gt-5.5', raw))
  const spread = clipSpread(clips)

  const strange = strangeness(alone, models)
  const quality = withReasons(gated.quality, [
    ...(reference?.isWide && !input.wideQrs ? ['qrs-wide-preexisting'] : []),
    ...(strange === 'inside' ? [] : ['out-of-distribution-limited'])
  ])
  if (strange === 'outside') return { kind: 'refused', code: 'out-of-distribution', quality: gated.quality }
  if (spread > options.clipSpreadLimit) return { kind: 'refused', code: 'clips-disagree', quality }

  const decided = decide(strip.probabilities, site)
  const estimate = estimateOf(strip, models)
  const found = {
    kind: 'scored' as const,
    ...decided,
    clips,
    clipSpread: spread,
    quality,
    calibrated: site.calibrated,
    unsupported: unsupportedBy(decided.probabilities, estimate !== undefined),
    ...(options.estimatedPotassium ? { estimateAsked: true, ...(estimate ? { potassium: estimate } : {}) } : {}),
    ...(reference
      ? {
          reference: {
            ...reference.findings,
            ...(compared ? { without: decide(aggregate(alone, manifest).probabilities, site).probabilities } : {})
          }
        }
      : {}),
    occlusion: options.occlusion ? await why(gated.waves, models, reference) : []
  }
  return { ...found, explanation: explain(found, input) }
}

/** The clips by themselves and, where the model was given a reference, compared with it: one batch. */
async function score(
  clips: Tensor,
  models: Models,
  reference: Float32Array | undefined
): Promise<{ alone: ClipOutput[]; compared?: ClipOutput[] }> {
  if (!reference) return { alone: await infer(clips, models) }
  const [count, ...shape] = clips.dims as [number, ...number[]]
  const data = new Float32Array(2 * clips.data.length)
  data.set(clips.data)
  data.set(clips.data, clips.data.length)
  const references = Array.from({ length: 2 * count }, (_, i) => (i < count ? undefined : reference))
  const outputs = await infer({ dims: [2 * count, ...shape], data }, models, references)
  return { alone: outputs.slice(0, count), compared: outputs.slice(count) }
}

function withReasons({ verdict, reasons }: SignalVerdict, further: readonly string[]): SignalVerdict {
  if (further.length === 0) return { verdict, reasons }
  return { verdict: verdict === 'acceptable' ? 'limited' : verdict, reasons: [...reasons, ...further] }
}

const unsupportedBy = (probabilities: Probabilities, hasInterval: boolean): Unsupported[] => [
  ...(probabilities['k-ge-6.0'] === undefined ? ['k-ge-6.0' as const] : []),
  ...(hasInterval ? [] : ['interval' as const])
]
