import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { FORMATS } from '../reports/formats.ts'
import { interval, shown } from '../reports/numbers.ts'
import type { PublishedReport } from '../reports/published.ts'
import { folderReport } from '../reports/subgroups/from-folder.ts'
import { admin } from './admin-client.ts'
import { type Command, optionText, type ParsedArgs, parseArgs, UsageError } from './command.ts'
import { withModule } from './module-runtime.ts'
import { reportReliability } from './report-reliability.ts'

/** What a report by group prints of a person's screen: the rest stands in the files. */
const PRINTED = ['auroc', 'sensitivity', 'fpr', 'calibration.intercept', 'bias', 'sd']

export const report: Command = {
  name: 'report',
  usage:
    'report subgroups <module> [--data DIR | --server URL] [--label KEY] [--from ISO] [--to ISO] [--policy JSON] [--include-training] [--public] [--out DIR] [--json] | report reliability anyecg [--json]',
  summary:
    'figures by sex, age, race, site and others, with intervals and differences, of a labelled folder or of the closed loop of a running server; --out writes JSON, CSV, SVG, HTML and FHIR; --public hides what totals would give away. reliability: how good every label of the model in service is, shown or hidden (~ simulated)',
  async run(args) {
    const { positional, options } = parseArgs(args, {
      flags: ['json', 'include-training', 'public'],
      values: ['data', 'server', 'label', 'from', 'to', 'policy', 'out']
    })
    const [kind, source] = positional
    if (kind !== 'subgroups' && kind !== 'reliability') throw new UsageError('name a report: subgroups or reliability')
    if (!source) throw new UsageError('name a module')
    if (kind === 'reliability') return reportReliability(source, options.json === true)
    const made = await make(source, options)
    const files = await write(made, options)
    if (options.json) process.stdout.write(`${JSON.stringify(made.inside)}\n`)
    else print(made.inside, files)
    return 0
  }
}

interface Made {
  /** For the house, unless --public. */
  inside: PublishedReport
  /** For the FHIR form: hidden counts completed. */
  outside(): Promise<PublishedReport>
}

async function make(source: string, options: ParsedArgs['options']): Promise<Made> {
  const [data, server] = [optionText(options, 'data'), optionText(options, 'server')]
  if ((data === undefined) === (server === undefined)) throw new UsageError('name either --data or --server')
  const complementary = options.public === true
  if (server !== undefined) {
    const ask = (isPublic: boolean) => admin<PublishedReport>(server, pathOf(source, options, isPublic))
    const inside = await ask(complementary)
    return { inside, outside: () => (complementary ? Promise.resolve(inside) : ask(true)) }
  }
  for (const name of ['from', 'to'])
    if (options[name]) throw new UsageError(`--${name} is for --server: cases of a folder have no time`)
  return withModule(
    source,
    async (module, runtime, policy) => {
      const of = await folderReport(module, data!, {
        runtime,
        policy,
        label: optionText(options, 'label'),
        includeTraining: options['include-training'] === true,
        command: `hisbundle report subgroups ${source} --data DIR${options.label ? ` --label ${optionText(options, 'label')}` : ''}${options.policy ? ' --policy JSON' : ''}`,
        now: () => new Date()
      })
      return { inside: of(complementary), outside: () => Promise.resolve(of(true)) }
    },
    optionText(options, 'policy')
  )
}

function pathOf(source: string, options: ParsedArgs['options'], isPublic: boolean): string {
  const query = new URLSearchParams({ format: 'json' })
  for (const name of ['label', 'from', 'to']) {
    const value = optionText(options, name)
    if (value !== undefined) query.set(name, value)
  }
  if (isPublic) query.set('public', '1')
  return `/admin/reports/subgroups/${encodeURIComponent(source)}?${query}`
}

/** Every form of the report, named by what it is about. */
async function write(made: Made, options: ParsedArgs['options']): Promise<string[]> {
  const out = optionText(options, 'out')
  if (out === undefined) return []
  await mkdir(out, { recursive: true })
  const { provenance, report: figures } = made.inside
  const stem = `subgroups-${provenance.module}-${figures.label}`.replace(/[^A-Za-z0-9._-]/g, '_')
  const files: string[] = []
  for (const [name, format] of Object.entries(FORMATS)) {
    const path = join(out, `${stem}.${format.extension}`)
    await writeFile(path, format.write(name === 'fhir' ? await made.outside() : made.inside))
    files.push(path)
  }
  return files
}

function print({ provenance, report: figures }: PublishedReport, files: readonly string[]): void {
  const out = (line: string) => process.stdout.write(`${line}\n`)
  const { module, model, data } = provenance
  const version = `${model.name} ${model.version}`.trim()
  out(`${module}, ${figures.label}: ${version} on ${data}, ${provenance.patients} people`)
  for (const row of [figures.overall, ...figures.rows]) {
    const name = row.attribute === '' ? 'all cases' : `${row.attribute} = ${row.group}`
    const said = row.withheld
      ? 'no figures'
      : PRINTED.flatMap((metric) => {
          const figure = row.figures.find((one) => one.name === metric)
          return figure ? [`${metric} ${shown(figure.value)} (${interval(figure.ci)})`] : []
        }).join(', ')
    out(`  ${name.padEnd(28)} n ${String(row.n ?? 'hidden').padEnd(7)} ${said}`)
  }
  for (const { attribute, verdict } of [...figures.gaps, ...figures.measuredGaps])
    out(`  between groups of ${attribute}: ${VERDICTS[verdict]}`)
  for (const path of files) out(path)
}

const VERDICTS = {
  found: 'a difference found',
  'not-found': 'no difference found',
  'not-judged': 'groups too small to compare'
}
