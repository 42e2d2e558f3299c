import type { FairnessGap } from '../../../inference/metrics/fairness.ts'
import type { MeasuredGap, SubgroupReport, SubgroupRow } from '../../../inference/metrics/subgroups.ts'
import { calibrationPlot } from '../calibration/svg.ts'
import { Markup, markup } from '../markup.ts'
import { metricText } from '../metrics.ts'
import { count, interval, shown } from '../numbers.ts'
import type { PublishedReport, ReportProvenance } from '../published.ts'
import { forestPlot, WITHHELD } from './svg.ts'

const STYLE = `body{font:15px/1.45 Helvetica,Arial,sans-serif;color:#1a1a1a;background:#fff;margin:1.5rem auto;max-width:72rem;padding:0 1rem}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}svg{max-width:100%;height:auto}
table{border-collapse:collapse;font-size:.85rem;font-variant-numeric:tabular-nums}caption{text-align:left;font-weight:bold;padding:.3rem 0}
th,td{border-bottom:1px solid #d9d9d9;padding:.25rem .6rem;text-align:right;vertical-align:top;white-space:nowrap}
th[scope=row],td.text,th.text{text-align:left;white-space:normal}tr.attribute th{background:#f3f4f6;text-align:left}
td small{color:#595959;display:block}.scroll{overflow-x:auto}dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem;margin:0}dt{color:#595959}dd{margin:0;overflow-wrap:anywhere}
.note{border-left:4px solid #14507a;padding:.3rem .8rem;background:#f3f4f6}@media print{body{margin:0;max-width:none;font-size:11px}h2{break-after:avoid}tr{break-inside:avoid}}`

/**
 * The report as one file for a browser or a printer: no script, no other file, nothing fetched. Every figure of the drawing also
 * stands in a table.
 */
export function subgroupPage(published: PublishedReport): string {
  const { report, provenance, calibration } = published
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${provenance.title}: ${report.label} by group</title>
<style>${styleSheet}</style>
</head>
<body>
<main>
<h1>${provenance.title}: ${report.label} by group</h1>
<p class="note">Research prototype, not a medical device. This page describes how a model did on the cases named below. It is not a finding about any person.</p>
${provenanceList(provenance, report)}
<h2>By group</h2>
<div class="scroll">${forestPlot(published)}</div>
<h2>Differences between groups</h2>
${report.kind === 'measurement' ? measuredGapTable(report.measuredGaps, report.unit) : gapTable(report.gaps)}
${calibration && calibration.length > 0 ? markup`<h2>Calibration of all cases</h2>${calibrationPlot(calibration, { title: `${report.label}: said and seen` })}` : undefined}
<h2>All figures</h2>
${figureTable(report)}
<h2>How to read this</h2>
${reading(report)}
<h2>What must not be claimed from it</h2>
<ul>
<li>That the model is fair. The metrics here contradict each other by arithmetic as soon as groups differ in how often it comes true; which of them matters is a decision of people.</li>
<li>That there is no difference where none was found: small groups leave room for one inside their intervals.</li>
<li>Why a difference exists. Who was treated, tested or admitted differs between groups, and the truth itself can be recorded unequally.</li>
<li>Anything about groups without figures, or about other hospitals, periods or versions of the model.</li>
</ul>
</main>
</body>
</html>
`.text
}

/** Our own text: no escaping, which would break selectors. */
const styleSheet = new Markup(STYLE)

function provenanceList(provenance: ReportProvenance, { threshold, overall, kind, draws }: SubgroupReport): Markup {
  const { module, model, data, period, patients, refused, command, madeAt } = provenance
  const rows: [string, string | undefined][] = [
    ['Module', module],
    ['Model', `${model.name} ${model.version}`.trim()],
    ['Model sha256', model.sha256 || undefined],
    ['Data', data],
    ['Period', period && `${period.from} to ${period.to}`],
    [
      'Cases',
      kind === 'measurement'
        ? `${count(overall.n)} of ${count(patients)} people`
        : `${count(overall.n)} of ${count(patients)} people; it came true in ${count(overall.positives)}`
    ],
    ['Left out', refused.length === 0 ? undefined : refused.map(({ code, n }) => `${code} ${n}`).join(', ')],
    [
      'Threshold',
      threshold &&
        `${shown(threshold.value)} (${threshold.origin === 'site' ? 'as it is served' : 'no site has chosen one: as many are called positive as it came true in'})`
    ],
    ['Intervals', `95 %, ${draws} bootstrap draws of people`],
    ['Made by', command],
    ['Made at', madeAt]
  ]
  return markup`<dl>${rows.flatMap(([term, text]) => (text === undefined ? [] : [markup`<dt>${term}</dt><dd>${text}</dd>`]))}</dl>`
}

function gapTable(gaps: readonly FairnessGap[]): Markup {
  const judged = gaps.filter(({ figures }) => figures.length > 0)
  const left = gaps.filter(({ figures }) => figures.length === 0).map(({ attribute }) => attribute)
  return markup`${
    judged.length === 0
      ? markup`<p>No attribute has two groups of at least 100 cases with 20 of either outcome: nothing is compared.</p>`
      : markup`<div class="scroll"><table>
<caption>Largest differences at the threshold, beside the same difference between groups that mean nothing</caption>
<thead><tr><th scope="col" class="text">Attribute</th><th scope="col" class="text">Difference</th><th scope="col">Value</th><th scope="col">95 % interval</th><th scope="col">By chance: median</th><th scope="col">95th percentile</th><th scope="col">Share of chance at least as large</th></tr></thead>
<tbody>${judged.flatMap(({ attribute, figures, verdict, groups }) =>
          figures.map(
            ({ name, value, ci, reference }, i) =>
              markup`<tr>${i === 0 ? markup`<th scope="rowgroup" class="text" rowspan="${figures.length}">${attribute}<br>${VERDICTS[verdict]}<br><small>${groups.map(({ group }) => group).join(', ')}</small></th>` : undefined}<td class="text">${metricText(name).title}</td><td>${shown(value)}</td><td>${interval(ci)}</td><td>${shown(reference.median)}</td><td>${shown(reference.p95)}</td><td>${shown(reference.p)}</td></tr>`
          )
        )}</tbody></table></div>
<div class="scroll"><table>
<caption>Each group against all other compared groups; intervals that hold for all groups of an attribute together</caption>
<thead><tr><th scope="col" class="text">Attribute</th><th scope="col" class="text">Group</th><th scope="col" class="text">Of</th><th scope="col">Difference</th><th scope="col">Interval</th></tr></thead>
<tbody>${judged.flatMap(({ attribute, contrasts }) =>
          contrasts.map(
            ({ group, of, value, ci }) =>
              markup`<tr><td class="text">${attribute}</td><th scope="row">${group}</th><td class="text">${of === 'tpr' ? 'sensitivity' : 'false-positive rate'}</td><td>${shown(value)}</td><td>${interval(ci)}</td></tr>`
          )
        )}</tbody></table></div>`
  }${left.length === 0 || judged.length === 0 ? undefined : markup`<p>Not compared, since fewer than two groups have 100 cases with 20 of either outcome: ${left.join(', ')}.</p>`}`
}

function measuredGapTable(gaps: readonly MeasuredGap[], unit: string | undefined): Markup {
  const judged = gaps.filter(({ contrasts }) => contrasts.length > 0)
  if (judged.length === 0) return markup`<p>No attribute has two groups of at least 100 cases: nothing is compared.</p>`
  return markup`<div class="scroll"><table>
<caption>Bias of each group against all other compared groups${unit ? `, ${unit}` : ''}; intervals that hold for all groups of an attribute together</caption>
<thead><tr><th scope="col" class="text">Attribute</th><th scope="col" class="text">Group</th><th scope="col">Difference</th><th scope="col">Interval</th><th scope="col" class="text">Verdict</th></tr></thead>
<tbody>${judged.flatMap(({ attribute, contrasts, verdict }) =>
    contrasts.map(
      ({ group, value, ci }) =>
        markup`<tr><td class="text">${attribute}</td><th scope="row">${group}</th><td>${shown(value)}</td><td>${interval(ci)}</td><td class="text">${VERDICTS[verdict]}</td></tr>`
    )
  )}</tbody></table></div>`
}

const VERDICTS = { found: 'difference found', 'not-found': 'no difference found', 'not-judged': 'not judged' }

function figureTable({ overall, rows, kind, unit }: SubgroupReport): Markup {
  const names = [...new Set([overall, ...rows].flatMap(({ figures }) => figures.map(({ name }) => name)))]
  const hasEvents = kind !== 'measurement'
  const columns = 2 + (hasEvents ? 1 : 0) + names.length
  const line = (row: SubgroupRow): Markup =>
    markup`<tr><th scope="row">${row.attribute === '' ? 'all cases' : row.group}</th><td>${count(row.n)}</td>${hasEvents ? markup`<td>${count(row.positives)}</td>` : undefined}${
      row.withheld
        ? markup`<td class="text" colspan="${names.length}">${WITHHELD[row.withheld]}</td>`
        : names.map((name) => {
            const figure = row.figures.find((one) => one.name === name)
            return figure
              ? markup`<td>${shown(figure.value)}<small>${interval(figure.ci)}</small></td>`
              : markup`<td>-</td>`
          })
    }</tr>`
  const attributes = Map.groupBy(rows, ({ attribute }) => attribute)
  return markup`<div class="scroll"><table>
<caption>Figures of every group with 95 % intervals by patient</caption>
<thead><tr><th scope="col" class="text">Group</th><th scope="col">n</th>${hasEvents ? markup`<th scope="col">Events</th>` : undefined}${names.map((name) => markup`<th scope="col">${metricText(name).short}${metricText(name).scale === 'unit' && unit ? `, ${unit}` : ''}</th>`)}</tr></thead>
<tbody>${line(overall)}${[...attributes].map(([attribute, members]) => markup`<tr class="attribute"><th scope="rowgroup" colspan="${columns}">${attribute}</th></tr>${members.map(line)}`)}</tbody></table></div>`
}

function reading({ overall, kind, gaps }: SubgroupReport): Markup {
  const names = [...overall.figures, ...(gaps[0]?.figures ?? [])].map(({ name }) => name)
  return markup`<ul>
<li>Groups under 30 cases, or with fewer than 5 of either outcome, are listed without figures. Counts under 5 are hidden.</li>
${
  kind === 'measurement'
    ? undefined
    : markup`<li>The largest of several differences lies above zero even where nothing differs. Compare it with what chance gives, and look at the groups one by one.</li>
<li>A difference is called found where a group's interval against all others misses zero. Without any difference that happens in about one attribute of twenty: with ten attributes, on two pages of five.</li>`
}
${names.map((name) => markup`<li><strong>${metricText(name).title}</strong>: ${metricText(name).description}</li>`)}
</ul>`
}
