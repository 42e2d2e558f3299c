import { createServer, type Server } from 'node:http'
import express from 'express'

/**
 * The usual order, for test/integration/access-defences.test.ts only: the body parser stands before the credentials, as in
 * CVE-2023-43208. Answers 401 too, once the whole body was read and parsed.
 */
export function parseFirst(token: string): Server {
  const app = express()
  app.use(express.json())
  app.use((request, response, next) => {
    if (request.headers.authorization === `Bearer ${token}`) next()
    else response.set('www-authenticate', 'Bearer').status(401).json({})
  })
  app.post('/admin/replay', (_request, response) => void response.json({}))
  return createServer(app)
}
