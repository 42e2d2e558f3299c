import express from 'express'
import { RouteTable, refuseUndeclared } from './route-table.ts'
import type { Access } from './scopes.ts'

const nothing = () => undefined

describe('a route', () => {
  test.each([
    ['no declaration', undefined],
    ['a scope that is none', 'fhir.everything'],
    ['no scopes', []],
    ['an empty choice', { any: [] }],
    ['public without a reason', { public: '' }],
    ['public for a reason that is none', { public: 'because' }]
  ])('with %s makes the start fail', (_what, access) => {
    const routes = new RouteTable('/admin')
    expect(() => routes.get('/secrets', access as unknown as Access, nothing)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', at: 'GET /admin/secrets', reason: 'route-without-access' })
    )
  })

  test.each([
    ['get', (router: express.Router) => router.get('/hidden', nothing), 'GET /hidden'],
    ['post on a declared path', (router: express.Router) => router.post('/messages', nothing), 'POST /messages'],
    ['all', (router: express.Router) => router.all('/hidden', nothing), 'ALL /hidden'],
    [
      'in a router of its own',
      (router: express.Router) => router.use(express.Router().get('/hidden', nothing)),
      'GET /hidden'
    ]
  ])('that is added behind the table by %s makes the start fail', (_how, add, at) => {
    const routes = new RouteTable('/admin')
    routes.get('/messages', 'admin.read', nothing)
    add(routes.router)
    const app = express()
    app.use('/admin', routes.router)
    expect(() => refuseUndeclared(app, [routes])).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', at, reason: 'undeclared-route' })
    )
  })

  test('that is declared passes', () => {
    const routes = new RouteTable('/admin')
    routes.get('/messages', 'admin.read', nothing)
    routes.post('/replay', ['admin.write', 'admin.read'], nothing)
    const app = express()
    app.use('/admin', routes.router)
    expect(() => refuseUndeclared(app, [routes])).not.toThrow()
    expect(routes.declared.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /admin/messages',
      'POST /admin/replay'
    ])
  })
})
