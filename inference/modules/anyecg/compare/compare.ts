import type { CompareTools, Comparison, EvaluatedCase } from '../../../../core/inference-module.ts'
import { logit } from '../../../decision/logit.ts'
import type { Weights } from '../../../metrics/bootstrap.ts'
import { rank, rankedAuroc, rankedEce } from '../../../metrics/ranked.ts'
import { metricRows } from '../../../metrics/rows.ts'
import type { Scored } from '../../../metrics/scored.ts'
import { PROFILE_ROLE } from '../manifest.ts'
import type { AnyEcgFindings, ProfileFindings } from '../types.ts'
import { ageSexLogit, ecgomicsLogit, readBaselines } from './baselines.ts'

type Profiled = EvaluatedCase<AnyEcgFindings> & { findings: ProfileFindings }

/** One label on the cases that have a truth of it. Weights are those of all cases; `places` are its own among them. */
interface JudgedLabel {
  label: string
  places: number[]
  served: ReturnType<typeof rank>
  others: { name: string; ranked: ReturnType<typeof rank> }[]
}

/** Name of the baseline that the gain is over: the age-sex term as served. */
const AGE_SEX = 'age-sex'
const ECGOMICS = 'logistic-ecgomics'

/**
 * What the tracing adds: the AUROC of each label less that of age and sex alone, drawn by patient on the same cases, and the means
 * over labels (specs 04 section 7). Names: `auroc.gain.<label>`, `auroc.macro`, `auroc.gain.macro`, `ece.macro`; of several
 * labels all from the same draws. Labels without both classes are left out of the means.
 *
 * Baselines: `age-sex` (the served term; where the model says none, the coefficients of baselines.json) and `logistic-ecgomics`
 * (baselines.json on measured features), where there are any.
 */
export async function compare(
  cases: readonly EvaluatedCase<AnyEcgFindings>[],
  tools: CompareTools
): Promise<Comparison> {
  const profiled = cases.filter((one): one is Profiled => one.findings.kind === 'profile')
  const baselines = readBaselines(await tools.asset(PROFILE_ROLE, 'baselines.json'))
  const keys = [...new Set(profiled.flatMap(({ case: one }) => Object.keys(one.labels)))]
  const features = baselines.ecgomics ? await measuredOf(profiled, tools) : []
  const judged = keys.flatMap((label) => judgedLabel(label, profiled, { baselines, features }))
  if (judged.length === 0) return { metrics: [], baselines: [] }
  const patients = profiled.map(({ case: one }) => ({ patient: one.patientId }))
  return { metrics: gainRows(judged, patients, tools.draws), baselines: baselineRows(judged, patients, tools.draws) }
}

type Features = (Record<string, number> | undefined)[]

async function measuredOf(profiled: readonly Profiled[], { measured }: CompareTools): Promise<Features> {
  const features: Features = []
  for (const { case: one } of profiled) features.push(await measured?.(one))
  return features
}

function judgedLabel(
  label: string,
  profiled: readonly Profiled[],
  { baselines, features }: { baselines: ReturnType<typeof readBaselines>; features: Features }
): JudgedLabel[] {
  const places = profiled.flatMap(({ case: one, findings }, i) =>
    label in one.labels && findings.scores[label] !== undefined ? [i] : []
  )
  const of = (score: (one: Profiled, place: number) => number | undefined): Scored[] | undefined => {
    const cases = places.map((place) => {
      const one = profiled[place]!
      const probability = score(one, place)
      return probability === undefined
        ? undefined
        : {
            patient: one.case.patientId,
            probability,
            label: one.case.labels[label] === 1 ? (1 as const) : (0 as const)
          }
    })
    return cases.every((one) => one !== undefined) ? cases : undefined
  }
  const served = of(({ findings }) => findings.scores[label])
  if (!served || new Set(served.map((one) => one.label)).size < 2) return []
  const ageSex =
    of(({ findings }) => findings.ageSexScores[label] && logit(findings.ageSexScores[label]!)) ??
    of(({ case: one }) => ageSexLogit(baselines.ageSex[label], one.groups))
  const measured = of((_one, place) => ecgomicsLogit(baselines.ecgomics, label, features[place]))
  const others = [
    { name: AGE_SEX, cases: ageSex },
    { name: ECGOMICS, cases: measured }
  ].flatMap(({ name, cases }) => (cases ? [{ name, ranked: rank(cases) }] : []))
  return [{ label, places, served: rank(served), others }]
}

interface Patients {
  patient: string
}

function gainRows(judged: readonly JudgedLabel[], patients: readonly Patients[], draws: number) {
  const names = judged.map(({ label }) => label)
  const gained = judged.filter(({ others }) => others.some(({ name }) => name === AGE_SEX))
  const statistics = {
    names: [
      'auroc.macro',
      'ece.macro',
      ...(gained.length > 0 ? ['auroc.gain.macro', ...gained.map(({ label }) => `auroc.gain.${label}`)] : []),
      ...judged.flatMap(({ label, others }) => others.map(({ name }) => `auroc.gain.${label}|served-${name}`))
    ],
    of(weights: Weights): number[] {
      const own = judged.map((one) => rankedAuroc(one.served, picked(weights, one.places)))
      const ece = judged.map((one) => rankedEce(one.served, picked(weights, one.places)))
      const gain = judged.map(({ others, places }, i) =>
        others.map(({ ranked }) => own[i]! - rankedAuroc(ranked, picked(weights, places)))
      )
      const ageSexGain = gained.map((one) => {
        const i = judged.indexOf(one)
        return gain[i]![one.others.findIndex(({ name }) => name === AGE_SEX)]!
      })
      return [mean(own), mean(ece), ...(gained.length > 0 ? [mean(ageSexGain), ...ageSexGain] : []), ...gain.flat()]
    }
  }
  const rows = metricRows(patients, statistics, { draws })
  return rows.map((row) => {
    const [name, group] = row.name.split('|') as [string, string | undefined]
    const label = judged.find((one) => name === `auroc.gain.${one.label}`)
    const isMacro = name.endsWith('.macro')
    return {
      ...row,
      name,
      n: label?.places.length ?? row.n,
      ...(group ? { group } : {}),
      ...(isMacro ? { note: `mean over ${names.join(', ')}` } : {})
    }
  })
}

function baselineRows(judged: readonly JudgedLabel[], patients: readonly Patients[], draws: number) {
  const every = judged.flatMap(({ label, places, others }) => others.map((other) => ({ label, places, ...other })))
  const names = [...new Set(every.map(({ name }) => name))]
  // A mean over other labels than the served one's would be no comparison.
  const whole = names.filter((name) => judged.every(({ others }) => others.some((one) => one.name === name)))
  const statistics = {
    names: [...every.map(({ label }) => `auroc.${label}`), ...whole.map(() => 'auroc.macro')],
    of(weights: Weights): number[] {
      const values = every.map(({ ranked, places }) => rankedAuroc(ranked, picked(weights, places)))
      return [...values, ...whole.map((name) => mean(values.filter((_, i) => every[i]!.name === name)))]
    }
  }
  const named = [...every.map(({ name }) => name), ...whole]
  return metricRows(patients, statistics, { draws }).flatMap(({ name: metric, value, ci: [low, high] }, i) =>
    value === null
      ? []
      : [{ name: named[i]!, metric, value, ci: [low ?? Number.NaN, high ?? Number.NaN] as [number, number] }]
  )
}

const picked = (weights: Weights, places: readonly number[]): Float64Array =>
  Float64Array.from(places, (place) => weights[place]!)

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
