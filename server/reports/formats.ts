import type { Bundle } from '@medplum/fhirtypes'
import type { PublishedReport } from './published.ts'
import { subgroupCsv } from './subgroups/csv.ts'
import { subgroupPage } from './subgroups/html.ts'
import { forestPlot } from './subgroups/svg.ts'
import { measureReports, measures } from './subgroups/to-fhir.ts'

export interface ReportFormat {
  mediaType: string
  extension: string
  write(published: PublishedReport): string
}

/** A transaction that stores a report and the Measures it speaks of. */
export const reportBundle = (published: PublishedReport): Bundle => ({
  resourceType: 'Bundle',
  type: 'transaction',
  entry: [...measures(), ...measureReports(published)].map((resource) => ({
    resource,
    request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` }
  }))
})

/** Every form that a subgroup report has. */
export const FORMATS: Readonly<Record<string, ReportFormat>> = Object.freeze({
  json: {
    mediaType: 'application/json',
    extension: 'json',
    write: (published) => `${JSON.stringify(published, undefined, 1)}\n`
  },
  csv: { mediaType: 'text/csv', extension: 'csv', write: subgroupCsv },
  svg: { mediaType: 'image/svg+xml', extension: 'svg', write: (published) => `${forestPlot(published).text}\n` },
  html: { mediaType: 'text/html', extension: 'html', write: subgroupPage },
  fhir: {
    mediaType: 'application/fhir+json',
    extension: 'fhir.json',
    write: (published) => `${JSON.stringify(reportBundle(published), undefined, 1)}\n`
  }
})
