import { routeOf } from './route-template.ts'

test.each([
  ['/inbound/CANARY', '/inbound'],
  ['/inbound/CANARY/CANARY', '/inbound'],
  ['/inbound/', '/inbound'],
  ['/fhir/R4/Patient/CANARY', '/fhir/R4/:type/:id'],
  ['/fhir/R4/CANARY/', 'other'],
  ['/fhir/R4/CANARY/CANARY/CANARY/CANARY/CANARY', 'other'],
  ['/admin/messages/CANARY', '/admin/messages/:id'],
  ['/admin/CANARY', 'other'],
  ['/CANARY', 'other']
])('%s is counted as %s', (path, route) => {
  expect(routeOf('CANARY', path)).toEqual({ method: 'other', route })
})
