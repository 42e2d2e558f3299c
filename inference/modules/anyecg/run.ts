import { AppError } from '../../../core/errors/app-error.ts'
import type { Models } from '../../../core/model.ts'
import { oodDistance, oodVerdict } from '../../decision/index.ts'
import { prepareFor } from '../../signal/preprocess/index.ts'
import { labelsOf, liftPairs, optionalAsset, reliabilityOf } from './assets.ts'
import { drawCurves } from './curves.ts'
import { explain } from './explain.ts'
import { type Gated, gate } from './gate.ts'
import { type Answer, infer, meanOf } from './infer.ts'
import { ENCODER_ROLE } from './manifest.ts'
import { referenceOf } from './multiplicity.ts'
import { delineated, occludedText } from './occluded.ts'
import { type Plan, planOf } from './plan.ts'
import { type Settings, settingsOf } from './policy.ts'
import { type FolderFacts, profileOf } from './profile.ts'
import type { AnyEcgFindings, AnyEcgInput } from './types.ts'

type Passed = Extract<Gated, { pass: true }>

/**
 * gate -> prepare -> encoder -> head -> out-of-distribution check -> calibrate -> floor rule -> multiplicity -> explain. Runs in the
 * worker.
 *
 * @throws AppError MODEL_UNAVAILABLE when nothing in service can answer
 */
export async function run(
  input: AnyEcgInput,
  models: Models,
  policy: Record<string, unknown>
): Promise<AnyEcgFindings> {
  const gated = gate(input)
  if (!gated.pass) return { kind: 'refused', code: gated.code, ...(gated.quality ? { quality: gated.quality } : {}) }
  const settings = settingsOf(policy)
  const plan = planOf((role) => manifestOf(models, role))
  if (!plan) throw new AppError('MODEL_UNAVAILABLE', { reason: 'role' })
  const prepared = prepareFor(plan.kind === 'head' ? plan.encoder : plan.model, gated.leads, input.rateHz)
  const answer = meanOf(await infer(prepared, gated.person, plan, models))
  const distance = distanceOf(answer, plan, models)
  if (distance === 'outside') return { kind: 'refused', code: 'out-of-distribution', quality: gated.quality }
  return profiled(answer, { input, gated, plan, models, policy, settings, isFar: distance === 'limited' })
}

interface Answered {
  input: AnyEcgInput
  gated: Passed
  plan: Plan
  models: Models
  policy: Record<string, unknown>
  settings: Settings
  isFar: boolean
}

async function profiled(answer: Answer, asked: Answered): Promise<AnyEcgFindings> {
  const { input, gated, plan, models, policy, settings, isFar } = asked
  const { role, model } = plan
  const facts = factsOf(plan, models)
  const wantsWaves = settings.explain > 0 || facts.labels.labels.some(({ sinusOnly }) => sinusOnly)
  const delineation = wantsWaves ? delineated(gated, input.rateHz) : undefined
  const profile = profileOf(answer, {
    manifest: model,
    site: { ...models.site(role), ...policy },
    facts,
    displaying: { ...settings, isSinusUnlikely: delineation?.pWaves === 'absent' },
    known: input.known ?? []
  })
  const explained = delineation
    ? await occludedText(profile.shown.slice(0, settings.explain), delineation, {
        plan,
        models,
        gated,
        rateHz: input.rateHz
      })
    : []
  const drawing = await drawCurves(profile, input)
  return {
    kind: 'profile',
    ...profile,
    quality: gated.quality,
    derivedLeads: gated.derived,
    ...(isFar ? { ood: 'limited' } : {}),
    explanation: [...explain(profile, input, reservations(gated, isFar)), ...explained],
    ...(drawing ? { drawing } : {})
  }
}

function reservations({ derived }: Passed, isFar: boolean): string[] {
  return [
    ...(derived.length > 0 ? [`Computed from other leads: ${derived.join(', ')}.`] : []),
    ...(isFar ? ['The tracing is unlike most that the model was trained on.'] : [])
  ]
}

function factsOf({ role, model }: Plan, models: Models): FolderFacts {
  const asset = (file: string): unknown => optionalAsset(models, role, file)
  return {
    labels: labelsOf(asset('labels.json'), model),
    reliability: reliabilityOf(asset('reliability.json')),
    reference: referenceOf(asset('reference.json')),
    lift: liftPairs(asset('lift.json'))
  }
}

/** Of the model that gives the embedding. */
function distanceOf({ embedding }: Answer, plan: Plan, models: Models): 'inside' | 'limited' | 'outside' {
  const [role, { ood }] = plan.kind === 'head' ? [ENCODER_ROLE, plan.encoder] : [plan.role, plan.model]
  if (!ood || !embedding) return 'inside'
  return oodVerdict(oodDistance(embedding, models.asset(role, ood.file)), ood)
}

function manifestOf(models: Models, role: string): ReturnType<Models['manifest']> | undefined {
  try {
    return models.manifest(role)
  } catch (error) {
    if (error instanceof AppError && error.code === 'MODEL_UNAVAILABLE') return undefined
    throw error
  }
}
