import type { FlipAudit } from './audit-flips.ts'
import type { ProxyRow } from './proxy.ts'
import type { FlipRow } from './summarise.ts'

/** What `audit flips` prints: a line a contrast, then bands, proxies and what was not answered. */
export function flipText({ target, scale, stays, answered, questions, rows, proxies }: FlipAudit): string[] {
  const unit = scale.unit === 'points' ? ` points of ${scale.min} to ${scale.max}` : ''
  // Of two hundred measurements those that any twin moved.
  const shown = rows.filter(
    ({ mean, identical = 0, twins }) => scale.unit !== 'measurement' || (mean !== undefined && identical < twins)
  )
  const hidden = rows.length - shown.length
  return [
    `flip audit of ${target}: ${stays} stays, ${answered} answered; ${questions.answered} of ${questions.asked} questions answered${unit ? `; changes in${unit}` : ''}`,
    ...shown.flatMap((row) => [lineOf(row), ...bandsOf(row)]),
    ...(hidden > 0 ? [`  ${hidden} further measurements: moved by no twin`] : []),
    ...reasons('refused', questions.refused),
    ...reasons('unanswered', questions.unanswered),
    ...proxies.map(proxyLine)
  ]
}

function lineOf(row: FlipRow): string {
  const head = `  ${row.contrast} [${row.variant}]`.padEnd(46)
  if (row.mean === undefined || !row.ci) return `${head} ${row.verdict}  (${row.twins} twins of ${row.stays} people)`
  if (row.verdict === 'identical answers') return `${head} ${row.verdict}  (${row.twins} twins of ${row.stays} people)`
  const share = row.shareAbove === undefined ? '' : `, over 5 % of the scale ${percent(row.shareAbove)}`
  return (
    `${head} ${row.verdict}: mean ${signed(row.mean)} (${signed(row.ci[0])} to ${signed(row.ci[1])}), ` +
    `mean size ${row.meanAbsolute!.toFixed(4)}${share}, largest ${signed(row.largest!)}, identical ${row.identical} of ${row.twins} twins of ${row.stays} people`
  )
}

function bandsOf({ verdict, byBand }: FlipRow): string[] {
  if (verdict !== 'difference' && verdict !== 'no difference shown') return []
  return byBand.map(
    ({ band, twins, mean }) =>
      `      score ${band}`.padEnd(46) + ` ${mean === undefined ? 'too few' : `mean ${signed(mean)}`}  (${twins} twins)`
  )
}

function proxyLine({ attribute, contrast, stays, positives, inputs, auroc, ci, strongest }: ProxyRow): string {
  const head = `  proxy check, ${attribute}: ${contrast}`.padEnd(46)
  const n = `(${stays} stays, ${positives} of the first group, ${inputs} inputs)`
  if (auroc === undefined || !ci) return `${head} too few  ${n}`
  return `${head} told by the inputs with AUROC ${auroc.toFixed(3)} (${ci[0].toFixed(3)} to ${ci[1].toFixed(3)}); most by ${strongest.join(', ')}  ${n}`
}

const reasons = (what: string, counts: Record<string, number>): string[] =>
  Object.entries(counts).map(([code, n]) => `  ${what}: ${code} ${n}`)

const signed = (value: number): string => `${value > 0 ? '+' : ''}${value.toFixed(4)}`
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`
