import { AppError } from '../../core/errors/app-error.ts'
import type { FhirStore } from '../../core/fhir-store.ts'
import type { RouteTable } from '../access/route-table.ts'
import type { Computer } from '../loop/compute/computer.ts'
import { labelOf, queryOf } from '../loop/routes.ts'
import type { LoopSource } from '../loop/source.ts'
import { FORMATS } from './formats.ts'
import { loopReport } from './subgroups/from-loop.ts'
import { measureReports, measures } from './subgroups/to-fhir.ts'

export interface ReportRoutesDeps {
  store: Pick<FhirStore, 'sql' | 'write'>
  sources: readonly LoopSource[]
  computer: Pick<Computer, 'run'>
  now(): Date
}

/**
 * Reports of the closed loop: GET gives one in any form, POST stores it as MeasureReports. What is stored, and the FHIR form, has
 * its hidden counts completed, since the record is read by more people than may ask /admin.
 */
export function reportRoutes(routes: RouteTable, { store, sources, computer, now }: ReportRoutesDeps): void {
  const make = (id: string, query: Record<string, unknown>, complementary: boolean) => {
    const source = sources.find((one) => one.id === id)
    if (!source) throw new AppError('FHIR_NOT_FOUND', { at: 'source' })
    const { label, ...filter } = queryOf(query)
    return loopReport(
      source,
      { ...filter, label: labelOf(source, label), complementary },
      { sql: store.sql, computer, now }
    )
  }

  routes.get('/reports/subgroups/:source', 'admin.read', async (request, response) => {
    const { format = 'json' } = request.query
    const form = typeof format === 'string' && Object.hasOwn(FORMATS, format) ? FORMATS[format] : undefined
    if (!form) throw new AppError('BAD_REQUEST', { at: 'format' })
    const isPublic = format === 'fhir' || request.query.public === '1'
    const published = await make(request.params.source, request.query, isPublic)
    response.set('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
    response.type(form.mediaType).send(form.write(published))
  })
  routes.post('/reports/subgroups/:source', 'admin.write', async (request, response) => {
    const published = await make(request.params.source, (request.body ?? {}) as Record<string, unknown>, true)
    const resources = [...measures(), ...measureReports(published)]
    await store.write(
      resources.map((resource) => ({ resource })),
      { kind: 'admin' }
    )
    response.json({
      stored: resources.flatMap(({ resourceType, id }) =>
        resourceType === 'MeasureReport' ? [`MeasureReport/${id}`] : []
      )
    })
  })
}
