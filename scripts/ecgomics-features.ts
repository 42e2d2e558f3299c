// Writes docs/ecgomics-features.md and .json from the catalogue: `env node scripts/ecgomics-features.ts`.
// inference/modules/ecgomics/features/catalogue.test.ts compares them.
import { writeFileSync } from 'node:fs'
import { CATALOGUE } from '../inference/modules/ecgomics/features/catalogue.ts'
import {
  AGE_MODEL,
  NORMAL_CLOUD,
  REFERENCE_INTERVALS
} from '../inference/modules/ecgomics/features/comparative/norms.ts'
import { DIMENSIONS, type Dimension, type FeatureDefinition } from '../inference/modules/ecgomics/types.ts'

/** Named by the specification and measured by nobody yet: said, not faked. */
const NOT_YET: [feature: string, why: string][] = [
  ['embedding (128 values) and its 16 principal components', 'come with the shared encoder, a later model'],
  [
    'distance of the embedding to the normal cloud',
    'comes with the embedding; the distance here is of measured features'
  ],
  [
    'similarity to disease prototypes',
    'the delivered tracings hold 6 to 26 people a diagnosis, too few for a figure with an interval'
  ],
  ['estimates of other modules', 'stand in the results of those modules, each labelled as an estimate']
]

const TITLES: Record<Dimension, string> = {
  structural: 'Structural: which waves, where, of what form',
  intensity: 'Intensity: how high, how steep, how strong',
  functional: 'Functional: how the beats follow each other',
  comparative: 'Comparative: against others of that age and sex'
}

export function featuresPage(): string {
  const { error, n } = AGE_MODEL
  const people = NORMAL_CLOUD.n
  return `# ECGomics features

${CATALOGUE.length} definitions; those of scope "lead" are given for every lead. This page and \`ecgomics-features.json\`, which says the same to machines,
are generated from \`inference/modules/ecgomics/features/catalogue.ts\` by \`scripts/ecgomics-features.ts\`.

Every feature of a result is a number, a word, or the reason why there is neither; 0 never stands for missing. A 95 % interval beside
a number comes from a bootstrap over the beats (of ECG age: from the errors of cross-validation). Measured by software, not
over-read.

Reference intervals marked "own" were measured by this module on ${REFERENCE_INTERVALS.source} (${REFERENCE_INTERVALS.date}): 2.5th to 97.5th percentile by
sex. The groups are smaller than the 120 people that CLSI EP28-A3c asks for, come from one German set of 1984 on, and say nothing about
children, pregnancy or other ancestries. Published limits stand as their paper gives them; beyond a limit is not yet a diagnosis.

ECG age: mean absolute error ${error.ecg.mae} years (95 % ${error.ecg.ci95.join(' to ')}; ${n.people} people, nested cross-validation by person), against ${error.meanAge.mae} of
guessing the mean age: ${Math.round(100 * error.ecg.saved)} % less (95 % ${error.ecg.savedCi95.map((share) => Math.round(100 * share)).join(' to ')}). Normal cloud: ${people} people. Both were fitted and checked on the
development data (\`training/ecgomics/comparative\`); no reserved record was seen.

${DIMENSIONS.map(section).join('\n')}
## Not measured yet

| feature | why |
|---|---|
${NOT_YET.map((row) => `| ${row.join(' | ')} |`).join('\n')}
`
}

function section(dimension: Dimension): string {
  const rows = CATALOGUE.filter((definition) => definition.dimension === dimension).map(row)
  return `## ${TITLES[dimension]}

| id | name | scope | unit | definition | formula | reference interval | source | code | needs |
|---|---|---|---|---|---|---|---|---|---|
${rows.join('\n')}
`
}

const row = (one: FeatureDefinition): string =>
  `| ${[
    `\`${one.id}\``,
    one.name,
    one.scope,
    one.unit,
    one.definition,
    one.formula ?? '',
    intervalsOf(one),
    one.reference,
    one.code ? `${one.code.system.includes('loinc') ? 'LOINC' : 'MDC'} ${one.code.code}` : 'local',
    needsOf(one)
  ]
    .map((cell) => cell.replaceAll('|', '\\|'))
    .join(' | ')} |`

const intervalsOf = ({ interval = [] }: FeatureDefinition): string =>
  interval
    .map(({ low, high, sex, n, source }) => {
      const range =
        low === undefined
          ? `up to ${short(high!)}`
          : high === undefined
            ? `from ${short(low)}`
            : `${short(low)} to ${short(high)}`
      return `${sex ? `${sex}: ` : ''}${range} (${n ? `own, n = ${n}` : source})`
    })
    .join('; ')

const short = (value: number): string => String(Number(value.toPrecision(4)))

const needsOf = ({ needs }: FeatureDefinition): string =>
  needs
    ? [
        needs.rateHz && `${needs.rateHz} Hz`,
        needs.bandwidthHz && `bandwidth ${needs.bandwidthHz} Hz`,
        needs.beats && `${needs.beats} beats`,
        needs.seconds && `${needs.seconds} s`,
        needs.leads?.join(' ')
      ]
        .filter(Boolean)
        .join(', ')
    : ''

export const featuresJson = (): string =>
  `${JSON.stringify({ generatedBy: 'scripts/ecgomics-features.ts', features: CATALOGUE, notYet: NOT_YET.map(([feature, why]) => ({ feature, why })) }, undefined, 1)}\n`

if (import.meta.main) {
  writeFileSync(new URL('../docs/ecgomics-features.md', import.meta.url), featuresPage())
  writeFileSync(new URL('../docs/ecgomics-features.json', import.meta.url), featuresJson())
}
