const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/** Path patterns of every route of the server, the first that fits wins; what fits none is 'other'. */
const ROUTES: readonly [pattern: RegExp, template: string][] = [
  [/^\/(healthz|readyz|metrics)$/, '/$1'],
  [/^\/inbound(\/.*)?$/s, '/inbound'],
  [/^\/fhir\/R4\/metadata$/, '/fhir/R4/metadata'],
  [/^\/fhir\/R4\/?$/, '/fhir/R4'],
  [/^\/fhir\/R4\/[^/]+\/_search$/, '/fhir/R4/:type/_search'],
  [/^\/fhir\/R4\/[^/]+\/[^/]+\/_history\/[^/]+$/, '/fhir/R4/:type/:id/_history/:version'],
  [/^\/fhir\/R4\/[^/]+\/[^/]+\/_history$/, '/fhir/R4/:type/:id/_history'],
  [/^\/fhir\/R4\/[^/]+\/[^/]+\/\$[^/]+$/, '/fhir/R4/:type/:id/$operation'],
  [/^\/fhir\/R4\/[^/]+\/\$[^/]+$/, '/fhir/R4/:type/$operation'],
  [/^\/fhir\/R4\/\$[^/]+$/, '/fhir/R4/$operation'],
  [/^\/fhir\/R4\/[^/]+\/[^/]+$/, '/fhir/R4/:type/:id'],
  [/^\/fhir\/R4\/[^/]+$/, '/fhir/R4/:type'],
  [/^\/admin\/messages\/[^/]+$/, '/admin/messages/:id'],
  [/^\/admin\/explain\/[^/]+\/[^/]+$/, '/admin/explain/:type/:id'],
  [/^\/admin\/performance\/(check|rebuild)$/, '/admin/performance/$1'],
  [/^\/admin\/performance\/[^/]+\/(pairs|recalibration)$/, '/admin/performance/:source/$1'],
  [/^\/admin\/performance\/[^/]+$/, '/admin/performance/:source'],
  [/^\/admin\/(performance|messages|parked|replay|outbox|outbound|retention)$/, '/admin/$1'],
  [/^\/admin\/outbox\/retry$/, '/admin/outbox/retry'],
  [/^\/admin\/codes\/unmapped$/, '/admin/codes/unmapped']
]

/** A request as labels: which route, never which resource, and a method of the standard's. */
export function routeOf(method: string | undefined, path: string): { method: string; route: string } {
  const found = ROUTES.find(([pattern]) => pattern.test(path))
  return {
    method: METHODS.includes(method ?? '') ? method! : 'other',
    route: found ? path.replace(/\/$/, '').replace(found[0], found[1]) : 'other'
  }
}
