import type { Figure } from '../loop/compute/figures.ts'
import type { RecalibrationProposal } from '../loop/recalibration.ts'
import { admin, DEFAULT_URL } from './admin-client.ts'
import { type Command, optionText, parseArgs, UsageError } from './command.ts'

type Applied = RecalibrationProposal & { effect?: string; applied?: { approvedBy?: string; approvedAt?: string } }

/** What the site's own pairs say of a model's calibration; with --apply it enters site.json under a person's name. */
export const recalibrateCommand: Command = {
  name: 'recalibrate',
  usage: 'recalibrate MODULE [--label KEY] [--server URL] [--apply --approver NAME] [--json]',
  summary:
    "propose a calibration from the server's prediction-outcome pairs; --apply writes it to the site's site.json",
  async run(args) {
    const { positional, options } = parseArgs(args, {
      flags: ['json', 'apply'],
      values: ['label', 'server', 'approver']
    })
    const [source, ...more] = positional
    if (!source || more.length > 0) throw new UsageError('name a module')
    const approver = optionText(options, 'approver')
    if (options.apply && !approver) throw new UsageError('--apply wants --approver NAME: who answers for it')
    if (!options.apply && approver) throw new UsageError('--approver goes with --apply')
    const label = optionText(options, 'label')
    const base = optionText(options, 'server') ?? DEFAULT_URL
    const path = `/admin/performance/${encodeURIComponent(source)}/recalibration`
    const found = options.apply
      ? await admin<Applied>(base, path, { label, approver })
      : await admin<Applied>(base, `${path}${label ? `?label=${encodeURIComponent(label)}` : ''}`)
    process.stdout.write(options.json ? `${JSON.stringify(found)}\n` : textOf(found))
    return options.apply || found.fitted.suppressed === undefined ? 0 : 1
  }
}

function textOf({ source, label, model, fitted, proposal, isShownBetter, inForce, applied, effect }: Applied): string {
  const lines = [
    `${source} ${label}, model ${model.name} ${model.version}`,
    `  judged predictions  ${fitted.n}, ${fitted.positives} positive${fitted.from ? `, ${fitted.from.slice(0, 10)} to ${fitted.to?.slice(0, 10)}` : ''}`,
    ...(inForce
      ? [`  in force            slope ${inForce.slope.toFixed(3)}, intercept ${inForce.intercept.toFixed(3)}`]
      : [])
  ]
  if (fitted.suppressed) return `${[...lines, `  no proposal: ${fitted.suppressed}`].join('\n')}\n`
  const { before, after, gain } = fitted
  const row = (name: string, then: Figure | undefined, now: Figure | undefined) =>
    `  ${name.padEnd(20)}${shown(then)}  ->  ${shown(now)}`
  lines.push(
    row('ECE', before?.ece, after?.ece),
    row('Brier', before?.brier, after?.brier),
    row('slope', before?.slope, after?.slope),
    row('intercept', before?.intercept, after?.intercept),
    `  log loss lower by   ${shown(gain)}`
  )
  lines.push(
    proposal
      ? `  proposal            ${fitted.method}: slope ${proposal.slope.toFixed(4)}, intercept ${proposal.intercept.toFixed(4)} on the model's log odds${isShownBetter ? '' : '; not shown to be better than what is served'}`
      : '  no proposal: what is served now is not beaten'
  )
  if (applied) lines.push(`  applied             by ${applied.approvedBy}, ${applied.approvedAt}; serves ${effect}`)
  return `${lines.join('\n')}\n`
}

const shown = (figure: Figure | undefined): string => {
  const number = (value: number | null | undefined) => (value == null || Number.isNaN(value) ? '-' : value.toFixed(4))
  return `${number(figure?.value)} [${figure?.ci.map(number).join(', ') ?? ''}]`
}
