import type { RequestHandler } from 'express'
import { Histogram, type Registry } from 'prom-client'
import { tally } from './instruments.ts'
import { routeOf } from './route-template.ts'

const SECONDS_BUCKETS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60]

/** Counts every answered request; stands before all routes. Paths become templates: no id of a resource is a label. */
export function httpMetrics(
  registry: Registry,
  accessRefused: (transport: string, code: string) => void
): RequestHandler {
  const registers = [registry]
  const requests = tally(registry, {
    name: 'hisbundle_http_requests_total',
    help: 'HTTP requests by route template and status.',
    labelNames: ['method', 'route', 'status']
  })
  const seconds = new Histogram({
    name: 'hisbundle_http_request_seconds',
    help: 'From the head of a request to the end of its answer.',
    labelNames: ['route'],
    buckets: SECONDS_BUCKETS,
    registers
  })
  return (request, response, next) => {
    const began = performance.now()
    const path = request.path
    response.once('close', () => {
      const { method, route } = routeOf(request.method, path)
      const status = response.writableEnded ? String(response.statusCode) : 'aborted'
      requests(method, route, status)
      if (response.statusCode === 401) accessRefused('http', 'NOT_AUTHENTICATED')
      if (response.statusCode === 403) accessRefused('http', 'NOT_PERMITTED')
      seconds.observe({ route }, (performance.now() - began) / 1000)
    })
    next()
  }
}
