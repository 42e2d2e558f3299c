import { auditMatched, type MatchedAudit } from '../scores/matched/audit-matched.ts'
import { readHistory } from '../scores/matched/read-history.ts'
import { optionText, parseArgs, UsageError } from './command.ts'

/** Scores of a history, where nobody can be asked again. */
export async function auditMatchedCommand(args: string[]): Promise<number> {
  const { positional, options } = parseArgs(args, {
    flags: ['json'],
    values: ['data', 'score', 'attribute', 'groups', 'inputs', 'id', 'caliper']
  })
  const [file, score, attribute] = ['data', 'score', 'attribute'].map((name) => optionText(options, name))
  if (!file || !score || !attribute || positional.length > 0)
    throw new UsageError('name --data FILE, --score and --attribute')
  const groups = optionText(options, 'groups')?.split(',')
  if (groups && groups.length !== 2) throw new UsageError('--groups names two values of the attribute')
  const caliper = Number(optionText(options, 'caliper') ?? 0.5)
  if (!(caliper > 0)) throw new UsageError('--caliper is a number of standard deviations')
  const history = await readHistory(file, {
    score,
    attribute,
    ...(groups ? { groups: groups as [string, string] } : {}),
    inputs: optionText(options, 'inputs')?.split(','),
    id: optionText(options, 'id')
  })
  const audit = auditMatched(history, { caliper })
  process.stdout.write(options.json ? `${JSON.stringify(audit)}\n` : `${textOf(audit).join('\n')}\n`)
  return 0
}

function textOf({
  kind,
  contrast,
  people,
  pairs,
  inputs,
  verdict,
  mean,
  ci,
  unmatched,
  unbalanced
}: MatchedAudit): string[] {
  const number = (value: number): string => `${value > 0 ? '+' : ''}${value.toFixed(4)}`
  return [
    `matched audit, ${contrast}: ${kind}`,
    `  ${people[0]} and ${people[1]} people, ${pairs} pairs alike in ${inputs} inputs`,
    mean === undefined || !ci
      ? `  ${verdict}`
      : `  ${verdict}: mean ${number(mean)} (${number(ci[0])} to ${number(ci[1])}); without matching ${number(unmatched!)}`,
    ...unbalanced.map(
      ({ input, standardisedDifference }) =>
        `  not alike: ${input} ${number(standardisedDifference)} standard deviations`
    )
  ]
}
