import type { AnyEcgInput, ConditionResult, HiddenReason, ProfileFindings } from './types.ts'

/** Why labels are not shown, as a reader is told. */
export const HIDDEN_TEXT: Record<HiddenReason, string> = {
  'no-reliability': 'no table says how good they are',
  'not-better-than-age-sex': 'not better than age and sex',
  auroc: 'do not tell the ill from the well enough',
  calibration: 'not calibrated well enough',
  'few-positives': 'judged on too few cases',
  'subgroup-gap': 'much better in one group of people than in another',
  simulated: 'trained on simulated data',
  'planted-null': 'simulated without any effect on the ECG',
  'rhythm-unsuitable': 'trained on sinus rhythm, which this tracing does not show'
}

type Said = Pick<ProfileFindings, 'shown' | 'hidden' | 'total' | 'calibrated' | 'chapters'>

/** 'SIMULATED' stands in front of all that rests on simulated data (specs 04 section 9). */
export const marked = ({ label }: Pick<ConditionResult, 'label'>, text: string): string =>
  label.data === 'simulated' ? `SIMULATED ${text}` : text

/** '61 of 96 not shown: not better than age and sex 40, trained on simulated data 21.' */
export function hiddenSentence({ hidden, total }: Pick<Said, 'hidden' | 'total'>): string {
  const rows = (Object.entries(hidden) as [HiddenReason, number][]).toSorted(([, a], [, b]) => b - a)
  const n = rows.reduce((sum, [, count]) => sum + count, 0)
  if (n === 0) return `All ${total} labels are shown.`
  const [only] = rows
  const why =
    rows.length === 1
      ? HIDDEN_TEXT[only![0]]
      : rows.map(([reason, count]) => `${HIDDEN_TEXT[reason]} ${count}`).join(', ')
  return `${n} of ${total} not shown: ${why}.`
}

/** How a label did: what stands behind every number that is shown. */
export function rationale(result: ConditionResult): string {
  const { reliability: row, label, raised, recorded } = result
  const figures = row
    ? `${row.dataName}: n ${row.n}, ${row.positives} positive; AUROC ${two(row.auroc)}, age and sex alone ${two(row.ageSexAuroc)}, ` +
      `gain ${signed(row.gain)} (${signed(row.gainCi[0])} to ${signed(row.gainCi[1])}); ECE ${two(row.ece)}; ` +
      (row.subgroupGap === undefined
        ? 'groups too small to compare'
        : `largest gap between groups ${two(row.subgroupGap)}`)
    : 'No table says how good this label is; shown on the word of the site'
  return marked(
    result,
    [
      `Grade ${grade(result)}. ${figures}.`,
      raised
        ? 'Raised against people of the same age and sex, among the shown labels at a false discovery rate of 10 %.'
        : 'Not raised against people of the same age and sex.',
      ...(recorded ? ['Already recorded.'] : []),
      ...(label.test && raised && !recorded ? [`Suggested test: ${label.test}.`] : [])
    ].join(' ')
  )
}

/**
 * What kind of evidence stands behind a label: A real data with an interval of the gain wholly above 0.05, B real data above 0,
 * S simulated data, U none.
 */
export function grade({ reliability }: Pick<ConditionResult, 'reliability'>): 'A' | 'B' | 'S' | 'U' {
  if (!reliability) return 'U'
  if (reliability.data === 'simulated') return 'S'
  return reliability.gainCi[0] > 0.05 ? 'A' : 'B'
}

/** Most lines of the summary (specs 04 section 6). */
const MAX_LINES = 10
const NAMED_A_LINE = 4

/** One line an organ system, the most raised first, then what is hidden; ten lines at most. */
export function summary(found: Said): string[] {
  const { shown, chapters, calibrated } = found
  const titles = new Map(chapters.map(({ key, title }) => [key, title]))
  const systems = Map.groupBy(shown, ({ label }) => label.chapter)
  const lines = [...systems].map(([chapter, results]) => {
    const named = results.slice(0, NAMED_A_LINE).map((one) => conditionText(one, calibrated))
    const rest = results.length - named.length
    return `${titles.get(chapter) ?? chapter}: ${named.join('; ')}${rest > 0 ? `; and ${rest} more` : ''}.`
  })
  const room = MAX_LINES - 1
  const kept =
    lines.length <= room
      ? lines
      : [...lines.slice(0, room - 1), `${lines.length - room + 1} further organ systems in the result.`]
  return [...(shown.length === 0 ? ['No condition is shown.'] : kept), hiddenSentence(found)]
}

function conditionText(result: ConditionResult, calibrated: boolean): string {
  const { label, probability, ageSex, raised, recorded, risk } = result
  const now = `${calibrated ? '' : 'score '}${percent(probability)}`
  const alone = ageSex === undefined ? '' : ` (age and sex alone ${percent(ageSex)})`
  const later = risk?.find(({ years }) => years === 5)
  return [
    `${marked(result, label.title)} ${now}${alone}`,
    ...(later ? [`new within 5 years ${percent(later.probability)}`] : []),
    ...(raised ? ['raised'] : []),
    ...(recorded ? ['already recorded'] : [])
  ].join(', ')
}

/** The result in sentences, the most important first; no identifiers. */
export function explain(found: Said, input: Pick<AnyEcgInput, 'known'>, reservations: readonly string[]): string[] {
  const fresh = found.shown.filter(({ raised, recorded, label }) => raised && !recorded && !label.statement)
  return [
    ...summary(found),
    ...(found.calibrated ? [] : ['Scores, not probabilities: the model is not calibrated here.']),
    ...(fresh.length > 0 && (input.known ?? []).length > 0
      ? [`Raised and not in the record: ${fresh.map((one) => marked(one, one.label.title)).join(', ')}.`]
      : []),
    ...reservations,
    'Associations, not causes. Confirm by the standard test before acting.'
  ]
}

const percent = (fraction: number): string => `${(fraction * 100).toFixed(1)} %`
const two = (value: number): string => value.toFixed(2)
const signed = (value: number): string => `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(2)}`
