import { AppError } from '../../../../core/errors/app-error.ts'
import type { ModelManifest, Models } from '../../../../core/model.ts'
import { calibrated, expit, logit } from '../../../decision/index.ts'
import { attributed, chosenStatistics, type Reference, replacedVariables } from '../attribution.ts'
import { correction } from '../bank/correct.ts'
import { featureTensor } from '../features.ts'
import type { CaseBank, KeyFactor } from '../types.ts'
import type { Predictor, StayView } from './predictor.ts'
import { personalFeatures, protectedRows } from './protected.ts'

/** What one run of the graph told of a stay, in raw logits. */
interface Told {
  row: Float32Array
  base: number
  /** Mean over the values of the protected attributes that are inputs; of a model without them the base itself. */
  fair: number
  /** With all statistics of one variable at their reference, by variable; empty of flips. */
  without: ReadonlyMap<string, number>
}

/**
 * The local risk model of a role: features -> ONNX -> calibration -> bounded correction by retrieved cases. Any model folder
 * of the role serves: names and order of its inputs, calibration, reference and bank come with it. What is missing is NaN.
 *
 * fair: the mean of the logits over all values of sex and race where the model takes them; the shipped models take neither,
 * and fair is base. Age is no protected input here: it is the strongest risk factor there is, and stays.
 *
 * @throws AppError MODEL_UNAVAILABLE reason `features` when model.json does not name its columns
 */
export function localPredictor(models: Models, role: string, bank: CaseBank): Predictor {
  const manifest = models.manifest(role)
  const { names, input, output } = portsOf(manifest)
  const reference = (models.asset(role, 'reference.json') as Reference).features
  const told = new WeakMap<StayView, Told>()
  const factors = new WeakMap<StayView, KeyFactor[]>()

  const logitsOf = async (rows: readonly Float32Array[]): Promise<Float32Array> => {
    if (rows.length === 0) return new Float32Array(0)
    const data = new Float32Array(rows.length * names.length)
    for (const [i, row] of rows.entries()) data.set(row, i * names.length)
    const found = (await models.infer(role, { [input]: { dims: [rows.length, names.length], data } }))[output]?.data
    if (found?.length !== rows.length || !found.every(Number.isFinite))
      throw new AppError('INFERENCE_FAILED', { reason: 'output' })
    return found
  }

  async function ask(views: readonly { view: StayView; isExplained: boolean }[]): Promise<void> {
    const rows: Float32Array[] = []
    const plans = views.map(({ view, isExplained }) => {
      const row = featureTensor({ ...view.features, ...personalFeatures(view.input, names) }, names)
      const fair = protectedRows(row, names)
      const without = isExplained ? replacedVariables(row, names, reference) : []
      const first = rows.push(row) - 1
      rows.push(...fair, ...without.map((one) => one.row))
      return { view, row, first, fair: fair.length, without }
    })
    const logits = await logitsOf(rows)
    for (const { view, row, first, fair, without } of plans) {
      const of = first + 1 + fair
      told.set(view, {
        row,
        base: logits[first]!,
        fair: fair === 0 ? logits[first]! : logits.subarray(first + 1, of).reduce((sum, one) => sum + one, 0) / fair,
        without: new Map(without.map(({ variable }, i) => [variable, logits[of + i]!]))
      })
    }
  }

  async function toldOf(view: StayView): Promise<Told> {
    if (!told.has(view)) await ask([{ view, isExplained: true }])
    return told.get(view)!
  }

  async function factorsOf(view: StayView): Promise<KeyFactor[]> {
    const known = factors.get(view)
    if (known) return known
    const { row, base, without } = await toldOf(view)
    const leading = attributed(base, without)
    const candidates = chosenStatistics(row, { names, reference, variables: leading.map(({ variable }) => variable) })
    const logits = await logitsOf(candidates.map((one) => one.row))
    const found = leading.map((factor) => {
      const own = candidates.flatMap(({ variable, feature }, i) =>
        variable === factor.variable ? [{ feature, weight: Math.abs(base - logits[i]!) }] : []
      )
      const best = own.reduce((a, b) => (b.weight > a.weight ? b : a))
      return factor.named(best.feature, view.features[best.feature] ?? row[names.indexOf(best.feature)]!)
    })
    factors.set(view, found)
    return found
  }

  return {
    kind: 'local',
    name: manifest.name,
    version: manifest.version,
    calibrated: manifest.calibration.method !== 'none',
    reads: (attribute) => names.some((name) => name === attribute || name.startsWith(`${attribute}.`)),
    prepare: (stay, flips) =>
      ask([{ view: stay, isExplained: true }, ...flips.map((view) => ({ view, isExplained: false }))]),
    async predict(stay, { variant, cases }) {
      const { base, fair } = await toldOf(stay)
      const before = calibrated(variant === 'base' ? base : fair, manifest.calibration)
      const shift = variant === 'cap' || variant === 'flip' ? correction(cases, bank.correction) : 0
      return {
        probability: shift === 0 ? before : expit(logit(before) + shift),
        shift,
        keyFactors: variant === 'flip' || variant === 'fair' ? [] : await factorsOf(stay)
      }
    }
  }
}

function portsOf({ inputs, outputs }: ModelManifest): { names: readonly string[]; input: string; output: string } {
  const table = inputs.find(({ features }) => features)
  const output = outputs.find(({ role }) => role === 'logit')
  if (!table?.features || !output) throw new AppError('MODEL_UNAVAILABLE', { reason: 'features' })
  return { names: table.features, input: table.name, output: output.name }
}
