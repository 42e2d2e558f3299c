import { asAppError } from '../../../core/errors/app-error.ts'
import type { Models } from '../../../core/model.ts'
import { bandOf } from './band.ts'
import { retrieve } from './bank/retrieve.ts'
import { type Decision, decisionOf } from './decide.ts'
import { explain } from './explain.ts'
import { featuresOf } from './features.ts'
import { bankReads, type FlippedStay, flippedStays } from './flips.ts'
import { gate } from './gate.ts'
import { roleOf } from './manifest.ts'
import { localPredictor } from './predictor/local.ts'
import type { Predictor, StayView } from './predictor/predictor.ts'
import { readSettings, type Settings } from './settings.ts'
import type { CapIcuFindings, CapIcuInput, CaseBank, Flip, LanguageExchange, Variants } from './types.ts'

type Scored = Extract<CapIcuFindings, { kind: 'scored' }>

/**
 * gate -> features -> retrieve -> predict (base, fair, CAP, flips) -> serve -> explain. Runs in the worker. The same stay
 * with the same model folder and policy gives the same bytes of a local model.
 *
 * @throws AppError MODEL_UNAVAILABLE (an asset of the folder is missing), INFERENCE_FAILED
 */
export async function run(
  input: CapIcuInput,
  models: Models,
  policy: Record<string, unknown>
): Promise<CapIcuFindings> {
  const settings = readSettings(policy)
  const role = roleOf(input)
  const manifest = models.manifest(role)
  const stay: StayView = { input, features: featuresOf(input) }
  const { refused, missing } = gate(stay, manifest)
  const oru = settings.oru ? { oru: true } : {}
  if (refused) return { kind: 'refused', code: refused, missing, ...oru }
  const bank = models.asset(role, 'bank.json') as CaseBank
  const names = manifest.inputs[0]?.features ?? []
  const about = {
    moment: input.moment,
    role,
    bankVersion: bank.version,
    ...oru,
    missing,
    unused: input.unused ?? [],
    features: Object.fromEntries(names.map((name) => [name, stay.features[name] ?? null]))
  }
  const scored = async (predictor: Predictor, more: Partial<Scored> = {}): Promise<CapIcuFindings> => {
    const decision = decisionOf(models, role, { policy, isLocal: predictor.kind === 'local' })
    const judged = await judge(stay, { predictor, bank, settings, decision })
    const found = { kind: 'scored' as const, ...about, ...judged, ...more }
    return { ...found, explanation: explain(found) }
  }
  if (settings.predictor === 'local') return scored(localPredictor(models, role, bank))

  // Read only where a site asks one: a worker of the local model loads no chat client.
  const { languagePredictor, readLanguageOptions } = await import('./predictor/language-model/index.ts')
  const exchange: LanguageExchange[] = []
  try {
    return await scored(languagePredictor(readLanguageOptions(settings.languageModel), exchange), { exchange })
  } catch (error) {
    const { code, reason } = asAppError(error)
    if (!NO_ANSWER.includes(code)) throw error
    if (settings.fallback === 'local') return scored(localPredictor(models, role, bank), { fellBack: true, exchange })
    return {
      kind: 'refused',
      code: 'model-unavailable',
      ...(reason ? { detail: reason } : {}),
      missing,
      ...oru,
      exchange
    }
  }
}

/** A language model gave no valid answer in its time, or nothing may be sent to it: asking again would not help this stay. */
const NO_ANSWER: readonly string[] = ['MODEL_UNAVAILABLE', 'NOT_PERMITTED']

interface Judge {
  predictor: Predictor
  bank: CaseBank
  settings: Settings
  decision: Decision
}

async function judge(
  stay: StayView,
  { predictor, bank, settings, decision }: Judge
): Promise<
  Omit<Scored, 'kind' | 'explanation' | 'moment' | 'role' | 'bankVersion' | 'missing' | 'unused' | 'features'>
> {
  const topK = settings.topK ?? bank.correction.cases
  const flipped = settings.flips ? flippedStays(stay, bank) : []
  await predictor.prepare?.(
    stay,
    flipped.map(({ view }) => view)
  )
  const cases = retrieve(bank, stay, topK)
  const base = await predictor.predict(stay, { variant: 'base', cases: [] })
  const fair = await predictor.predict(stay, { variant: 'fair', cases: [], base: base.probability })
  const cap = await predictor.predict(stay, { variant: 'cap', cases, base: fair.probability })
  const variants: Variants = {
    base: decision.serve(base.probability),
    fair: decision.serve(fair.probability),
    cap: decision.serve(cap.probability)
  }
  const flips = await flipsOf(flipped, { predictor, bank, topK, decision, variants })
  return {
    predictor: { kind: predictor.kind, name: predictor.name, version: predictor.version },
    probability: variants.cap,
    variants,
    shift: cap.shift,
    band: bandOf(variants.cap),
    cases,
    keyFactors: cap.keyFactors,
    flips,
    ...(decision.performance ? { performance: decision.performance } : {}),
    calibrated: decision.calibrated,
    ...(cap.reasoning ? { reasoning: cap.reasoning } : {})
  }
}

interface Flipping {
  predictor: Predictor
  bank: CaseBank
  topK: number
  decision: Decision
  variants: Variants
}

/** A language model that answered the stay and then no longer does leaves the rest of its flips out; the answer stands. */
async function flipsOf(flipped: readonly FlippedStay[], how: Flipping): Promise<Flip[]> {
  const flips: Flip[] = []
  try {
    for (const one of flipped) flips.push(await flipOf(one, how))
  } catch (error) {
    if (how.predictor.kind === 'local' || !NO_ANSWER.includes(asAppError(error).code)) throw error
  }
  return flips
}

/** The whole served path again: other cases may be found for the changed person (rules section 12). */
async function flipOf(
  { attribute, from, to, view }: FlippedStay,
  { predictor, bank, topK, decision, variants }: Flipping
): Promise<Flip> {
  const isLocal = predictor.kind === 'local'
  const casesMatter = topK > 0 && !(isLocal && bank.correction.k === 0)
  const isRead = predictor.reads(attribute)
  if (!isRead && !(casesMatter && bankReads(bank, attribute))) return { attribute, from, to }
  const answer = await predictor.predict(view, { variant: 'flip', cases: retrieve(bank, view, topK) })
  // Of a language model every answer is a call; without cases only the local model is asked.
  const base = isLocal && isRead ? await predictor.predict(view, { variant: 'base', cases: [] }) : undefined
  return {
    attribute,
    from,
    to,
    change: decision.serve(answer.probability) - variants.cap,
    ...(base ? { baseChange: decision.serve(base.probability) - variants.base } : {})
  }
}
