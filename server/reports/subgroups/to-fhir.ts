import type { Extension, Measure, MeasureReport, MeasureReportGroup, Quantity } from '@medplum/fhirtypes'
import { uuidV5 } from '../../../core/ids.ts'
import {
  ABSENT,
  CANONICAL_BASE,
  concept,
  EXTENSION,
  FHIR_EXTENSION,
  IDENTIFIER,
  MEASURE_POPULATION,
  MEASURE_SCORING,
  PROFILE,
  SYSTEM
} from '../../../fhir-profiles/index.ts'
import type { FairnessGap } from '../../../inference/metrics/fairness.ts'
import type { Figure, SubgroupRow } from '../../../inference/metrics/subgroups.ts'
import { printable } from '../markup.ts'
import { METRICS, metricText } from '../metrics.ts'
import { known } from '../numbers.ts'
import type { PublishedReport } from '../published.ts'

/** Rises with the meaning of any metric. */
const VERSION = '1.0.0'
const FAIRNESS = ['equalOpportunity', 'equalizedOdds', 'demographicParity'] as const

type Written<T> = T & { id: string }

/** One Measure for each metric (rules section 10). */
export function measures(): Written<Measure>[] {
  return Object.entries(METRICS).map(([name, { title, description }]) => ({
    resourceType: 'Measure',
    id: measureId(name),
    meta: { profile: [PROFILE.metricMeasure] },
    url: measureUrl(name),
    version: VERSION,
    name: pascal(name),
    title,
    status: 'active',
    experimental: false,
    description,
    scoring: concept(MEASURE_SCORING.continuousVariable)
  }))
}

/**
 * A subgroup report as FHIR: one MeasureReport for each metric, of all cases and by stratum, and one for each kind of difference
 * between groups. Same module, model, label, data and period: same ids, so that a report made again is a new version of itself.
 *
 * @param published made with `complementary`: what lies in the record is read by more people than the page
 */
export function measureReports(published: PublishedReport): Written<MeasureReport>[] {
  const { report } = published
  const names = [...new Set([report.overall, ...report.rows].flatMap(({ figures }) => figures.map(({ name }) => name)))]
  return [
    ...names.map((name) => subgroupReportOf(name, published)),
    ...(report.gaps.length === 0 ? [] : FAIRNESS.map((name) => fairnessReportOf(name, published)))
  ]
}

function subgroupReportOf(name: string, published: PublishedReport): Written<MeasureReport> {
  const { overall, rows, unit } = published.report
  const attributes = Map.groupBy(rows, ({ attribute }) => attribute)
  const group: MeasureReportGroup = {
    ...scored(overall, name, unit),
    population: [{ code: concept(MEASURE_POPULATION.measurePopulation), ...counted(overall.n) }],
    ...(attributes.size === 0
      ? {}
      : {
          stratifier: [...attributes].map(([attribute, members]) => ({
            code: [{ text: printable(attribute) }],
            stratum: members.map((row) => ({
              value: { text: printable(row.group) },
              ...scored(row, name, unit),
              population: [{ code: concept(MEASURE_POPULATION.measurePopulation), ...counted(row.n) }]
            }))
          }))
        })
  }
  return { ...head(name, PROFILE.subgroupReport, published), group: [group] }
}

function fairnessReportOf(name: (typeof FAIRNESS)[number], published: PublishedReport): Written<MeasureReport> {
  return {
    ...head(name, PROFILE.fairnessReport, published),
    group: published.report.gaps.map((gap) => gapGroup(name, gap))
  }
}

function gapGroup(name: (typeof FAIRNESS)[number], { attribute, figures, groups }: FairnessGap): MeasureReportGroup {
  const figure = figures.find((one) => one.name === name)
  const code = { text: printable(attribute) }
  const n = groups.reduce((sum, group) => sum + group.n, 0)
  const values = figure && [figure.value, ...figure.ci, ...Object.values(figure.reference)]
  if (!figure || !values!.every(Number.isFinite)) return { code, measureScore: masked() }
  const { median, p95, p } = figure.reference
  return {
    code,
    measureScore: quantity(figure.value, 'fraction'),
    extension: [
      intervalExtension(figure.ci, n),
      { url: EXTENSION.permutationReference, extension: decimals({ median, p95, p }) }
    ],
    population: [{ code: concept(MEASURE_POPULATION.measurePopulation), count: n }]
  }
}

/** What every report of one module, model, label and data carries. */
function head(
  metric: string,
  profile: string,
  { provenance, report }: PublishedReport
): Omit<Written<MeasureReport>, 'group'> {
  const { module, model, data, period, madeAt } = provenance
  const id = uuidV5(
    'measure-report',
    metric,
    module,
    model.sha256 || model.name + model.version,
    report.label,
    data,
    period?.from ?? '',
    period?.to ?? ''
  )
  const { threshold } = report
  const basis: Extension[] = [
    { url: 'label', valueString: report.label },
    { url: 'data', valueString: data },
    { url: 'model', valueString: `${model.name} ${model.version}`.trim() },
    { url: 'draws', valueInteger: report.draws },
    ...(threshold && Number.isFinite(threshold.value)
      ? [
          { url: 'threshold', valueDecimal: threshold.value },
          { url: 'thresholdOrigin', valueCode: threshold.origin }
        ]
      : [])
  ]
  return {
    resourceType: 'MeasureReport',
    id,
    meta: { profile: [profile] },
    extension: [{ url: EXTENSION.reportBasis, extension: basis }],
    status: 'complete',
    type: 'summary',
    measure: `${measureUrl(metric)}|${VERSION}`,
    subject: {
      type: 'Device',
      display: `${model.name} ${model.version}`.trim(),
      ...(model.sha256 ? { identifier: { system: IDENTIFIER.modelSha256, value: model.sha256 } } : {})
    },
    date: madeAt,
    // R4 wants a period; cases of a folder have none.
    period: period
      ? { start: period.from, end: period.to }
      : { extension: [{ url: FHIR_EXTENSION.dataAbsentReason, valueCode: ABSENT.unknown.code }] }
  }
}

function scored(
  row: SubgroupRow,
  name: string,
  unit: string | undefined
): Pick<MeasureReportGroup, 'measureScore' | 'extension'> {
  const figure = row.figures.find((one) => one.name === name)
  if (!figure || figure.value === null) return { measureScore: masked(row.withheld ? 'masked' : 'unknown') }
  const bounds = boundsOf(figure)
  return {
    measureScore: quantity(figure.value, metricText(name).scale, unit),
    ...(bounds && row.n !== null ? { extension: [intervalExtension(bounds, row.n)] } : {})
  }
}

const boundsOf = ({ ci: [low, high] }: Figure): [number, number] | undefined =>
  low === null || high === null ? undefined : [low, high]

const intervalExtension = ([low, high]: readonly [number, number], n: number): Extension => ({
  url: EXTENSION.bootstrapInterval,
  extension: [...decimals({ low, high }), { url: 'n', valueInteger: n }]
})

const decimals = (values: Record<string, number>): Extension[] =>
  Object.entries(values).map(([url, value]) => ({ url, valueDecimal: known(value) ?? 0 }))

function quantity(value: number, scale: string, unit?: string): Quantity {
  const code = scale === 'unit' ? unit : '1'
  return { value, ...(code ? { unit: code, system: SYSTEM.ucum, code } : {}) }
}

const masked = (reason: 'masked' | 'unknown' = 'masked'): Quantity => ({
  extension: [{ url: FHIR_EXTENSION.dataAbsentReason, valueCode: ABSENT[reason].code }]
})

/** A hidden count is an element that says why it has no value. */
const counted = (n: number | null): { count?: number } =>
  n === null
    ? ({ _count: { extension: [{ url: FHIR_EXTENSION.dataAbsentReason, valueCode: ABSENT.masked.code }] } } as object)
    : { count: n }

const measureId = (name: string): string => `metric-${name}`
const measureUrl = (name: string): string => `${CANONICAL_BASE}/Measure/${name}`
const pascal = (name: string): string =>
  name.replace(/(?:^|\.)([a-z])/g, (_all, letter: string) => letter.toUpperCase())
