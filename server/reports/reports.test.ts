import type { Measure, MeasureReport } from '@medplum/fhirtypes'
import { parse } from 'csv-parse/sync'
import { conformanceChecker } from '../../fhir-profiles/conformance.ts'
import { calibrationBins } from '../../inference/metrics/calibration-bins.ts'
import { axisOver, tickText } from './axis.ts'
import { cases, HOSTILE, published, publishedMeasurement } from './fixtures/published.ts'
import { FORMATS } from './formats.ts'
import { escapeMarkup, markup, printable } from './markup.ts'
import { shown } from './numbers.ts'
import { subgroupCsv } from './subgroups/csv.ts'
import { subgroupPage } from './subgroups/html.ts'
import { forestPlot } from './subgroups/svg.ts'
import { measureReports, measures } from './subgroups/to-fhir.ts'

const inside = published()
const measurement = publishedMeasurement()
const check = conformanceChecker()

describe('CSV', () => {
  const rows = parse(subgroupCsv(inside), { columns: true }) as Record<string, string>[]

  test('gives every figure back to the last digit', () => {
    const { overall, rows: groups } = inside.report
    for (const { attribute, group, figures, n, positives } of [overall, ...groups])
      for (const { name, value, ci } of figures) {
        const plain = printable(group).replace(/^=/, "'=")
        const row = rows.find(
          (one) => one.kind === 'figure' && one.attribute === attribute && one.group === plain && one.metric === name
        )
        expect([row?.n, row?.positives, row?.value, row?.low, row?.high]).toEqual(
          [n, positives, value, ...ci].map((one) => (one === null ? '' : String(one)))
        )
      }
  })
  test('lists a group without figures once, with its hidden count empty', () => {
    expect(rows.filter(({ group }) => group === 'not recorded')).toMatchObject([
      { attribute: 'sex', n: '11', positives: '', metric: '', withheld: 'small' }
    ])
  })
  test('says of each difference what it is by chance', () => {
    const row = rows.find(({ kind, metric }) => kind === 'difference' && metric === 'equalOpportunity')
    expect(Number(row?.value)).toBeGreaterThan(Number(row?.referenceP95))
    expect(row?.verdict).toBe('found')
  })
  test('a name that a spreadsheet would run is quoted', () => {
    expect(rows.some(({ group }) => group === "'=cmd|calc!A1")).toBe(true)
    expect(rows.some(({ group }) => group?.startsWith('='))).toBe(false)
  })
})

describe('drawing and page', () => {
  const page = subgroupPage(inside)

  test('hostile names are text', () => {
    for (const text of [page, forestPlot(inside).text]) {
      expect(text.match(/<script|<img/g)).toBeNull()
      expect(text.includes(escapeMarkup(HOSTILE[0]))).toBe(true)
    }
  })
  test('what XML cannot hold is replaced', () => {
    expect((page + forestPlot(inside).text).match(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff]/)).toBeNull()
  })
  test('the page fetches nothing and runs nothing', () => {
    const tags = page.match(/<[^<>]*>/g)!.join('\n')
    expect(tags.match(/<(?:script|link|iframe|object|embed|img)\b|\son\w+=|javascript:|href|src=/gi)).toBeNull()
    expect(page.slice(0, page.indexOf('</style>')).match(/url\(|@import/g)).toBeNull()
    expect(page.match(/https?:\/\/[^"<\s]+/g)).toEqual(['http://www.w3.org/2000/svg', 'http://www.w3.org/2000/svg'])
    expect(page).toContain("default-src 'none'")
  })
  test('every figure that is drawn stands in a table', () => {
    const table = page.slice(page.indexOf('All figures'))
    for (const { figures } of [inside.report.overall, ...inside.report.rows])
      for (const { value } of figures) expect([value, table.includes(`<td>${shown(value)}`)]).toEqual([value, true])
  })
  test('says where it comes from and what must not be claimed', () => {
    for (const said of [
      'hisbundle report subgroups m --data DIR',
      'a'.repeat(64),
      'simulated (folder)',
      'data-insufficient 12',
      '2026-01-01T00:00:00.000Z to 2026-01-31T00:00:00.000Z',
      'What must not be claimed',
      'not a medical device'
    ])
      expect([said, page.includes(said)]).toEqual([said, true])
  })
  test('opens and closes every element in order', () => {
    for (const text of [page, subgroupPage(measurement), forestPlot(inside).text]) expect(unbalanced(text)).toEqual([])
  })
  test('a measurement is drawn by its errors', () => {
    const drawn = forestPlot(measurement).text
    expect([drawn.includes('>Bias, ms<'), drawn.includes('AUROC')]).toEqual([true, false])
  })
  test('no case at all is a page too', () => {
    const empty = { ...inside, report: { ...inside.report, rows: [], gaps: [] }, calibration: [] }
    expect(subgroupPage(empty).includes('nothing is compared')).toBe(true)
  })
})

/** Elements that are closed in another order than they were opened, or never. */
function unbalanced(text: string): string[] {
  const open: string[] = []
  const wrong: string[] = []
  for (const [, closing, name, own] of text.matchAll(/<(\/?)([a-z]+)[^<>]*?(\/?)>/g)) {
    if (own === '/' || name === 'meta' || name === 'br') continue
    if (closing !== '/') open.push(name!)
    else if (open.pop() !== name) wrong.push(name!)
  }
  return [...wrong, ...open]
}

describe('FHIR', () => {
  const reports = measureReports(published(true))

  test.each([...reports, ...measureReports(measurement), ...measures()].map((one) => [one.id, one] as const))(
    '%s conforms to its profile',
    (_id, resource: Measure | MeasureReport) => {
      expect(check(resource, resource.meta!.profile![0]!)).toEqual([])
    }
  )
  test('one Measure a metric, one report a Measure', () => {
    const urls = reports.map(({ measure }) => measure)
    expect(new Set(urls).size).toBe(urls.length)
    const known = measures().map(({ url, version }) => `${url}|${version}`)
    expect(urls.filter((url) => !known.includes(url))).toEqual([])
    expect(measures().every(({ scoring }) => scoring?.coding?.[0]?.code === 'continuous-variable')).toBe(true)
  })
  test('a hidden group has a masked score, and the total does not tell its count', () => {
    const [auroc] = reports.filter(({ measure }) => measure.includes('/auroc|'))
    const sex = auroc!.group![0]!.stratifier!.find(({ code }) => code![0]!.text === 'sex')!
    const reasons = sex.stratum!.map(({ value, measureScore }) => [
      value!.text,
      measureScore!.extension?.[0]?.valueCode ?? 'shown'
    ])
    expect(reasons.filter(([, reason]) => reason === 'masked').length).toBe(2)
    expect(reasons).toContainEqual(['not recorded', 'masked'])
  })
  test('made again it is the same resources', () => {
    expect(measureReports(published(true))).toEqual(reports)
  })
  test('nobody is named', () => {
    expect(JSON.stringify(reports)).not.toMatch(/"p\d+"|Patient/)
  })
})

test.each(Object.entries(FORMATS))('%s is written', (_name, format) => {
  expect(format.write(inside).length).toBeGreaterThan(1000)
})

describe('axes', () => {
  test.each([
    [
      [0.62, 0.91],
      [0, 1],
      [0.6, 0.7, 0.8, 0.9, 1]
    ],
    [
      [0, 0.03],
      [0, 1],
      [0, 0.01, 0.02, 0.03]
    ],
    [
      [-1.1, 0.4],
      [-3, 3],
      [-1.5, -1, -0.5, 0, 0.5]
    ],
    [
      [0.5, 0.5],
      [0, 1],
      [0.45, 0.5, 0.55]
    ]
  ] as [number[], [number, number], number[]][])('over %j within %j has round ticks', (values, bounds, ticks) => {
    const axis = axisOver(values, { left: 0, right: 100, bounds })
    expect(axis.ticks).toEqual(ticks)
    expect([axis.at(ticks[0]!), axis.at(ticks.at(-1)!), axis.at(99), axis.at(-99)]).toEqual([0, 100, 100, 0])
  })
  test('ticks are short', () => {
    expect([0.5, -1, -0.25, 0, 10].map(tickText)).toEqual(['.5', '\u22121', '\u2212.25', '0', '10'])
  })
})

test('a report that came over the wire, where undefined numbers are null, is written like one that did not', () => {
  const { report } = inside
  const undefinedFigure = {
    name: 'equalOpportunity' as const,
    value: Number.NaN,
    ci: [Number.NaN, Number.NaN] as [number, number],
    reference: { median: Number.NaN, p95: Number.NaN, p: 1 }
  }
  const gaps = [
    ...report.gaps,
    { attribute: 'x', groups: [], figures: [undefinedFigure], contrasts: [], verdict: 'not-judged' as const }
  ]
  const here = {
    ...inside,
    report: { ...report, gaps, threshold: { value: Number.POSITIVE_INFINITY, origin: 'prevalence-matched' as const } }
  }
  const there = JSON.parse(JSON.stringify(here)) as typeof here
  for (const [name, { write }] of Object.entries(FORMATS)) {
    expect([name, write(there) === write(here)]).toEqual([name, true])
    expect([name, write(here).match(/NaN|Infinity/)]).toEqual([name, null])
  }
})

test('markup escapes what goes in, and not what is markup', () => {
  expect(markup`<b title="${'"&'}">${[markup`<i>${'<'}</i>`]}${3}${undefined}</b>`.text).toBe(
    '<b title="&quot;&amp;"><i>&lt;</i>3</b>'
  )
})

describe('calibration bins', () => {
  const bins = calibrationBins(cases, { draws: 50 })

  test('hold all cases, ten of equal mass, rising', () => {
    expect(bins.reduce((sum, { n }) => sum + n, 0)).toBe(cases.length)
    expect(bins.map(({ n }) => n)).toEqual(Array.from({ length: 10 }, () => 70))
    for (const [i, { from, to }] of bins.entries()) expect(from <= to && (bins[i - 1]?.to ?? 0) <= from).toBe(true)
  })
  test('are fewer where there are few cases, and none has a share of less than 30', () => {
    expect(calibrationBins(cases.slice(0, 100), { draws: 5 }).map(({ n }) => n)).toEqual([34, 33, 33])
    expect(calibrationBins(cases.slice(0, 29), { draws: 5 })).toMatchObject([
      { n: 29, observed: null, ci: [null, null] }
    ])
  })
  test('cases of one number stay together', () => {
    const same = cases.slice(0, 100).map((one, i) => ({ ...one, probability: i < 90 ? 0.2 : 0.6 }))
    expect(calibrationBins(same, { draws: 5 }).map(({ n }) => n)).toEqual([90, 10])
  })
})
