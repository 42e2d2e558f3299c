import { readdirSync, readFileSync } from 'node:fs'
import type { RouteTable } from '../access/route-table.ts'

const PAGE = new URL('./page/', import.meta.url)
const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  mjs: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml'
}
/** The page loads nothing from elsewhere, is framed by nobody, and talks to this server alone. */
const HEADERS = Object.freeze({
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=()',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'X-Frame-Options': 'DENY'
})

/** The page at /stream/: its files, read once. */
export function pageRoutes(routes: RouteTable): void {
  for (const name of readdirSync(PAGE)) {
    const type = TYPES[name.split('.').at(-1) ?? '']
    if (!type || name.includes('.test.')) continue
    const bytes = readFileSync(new URL(name, PAGE))
    const path = name === 'index.html' ? '/stream/' : `/stream/${name}`
    routes.get(
      path,
      { public: 'a page without data; a browser cannot send credentials when it loads it' },
      (_request, response) => {
        response.set({ ...HEADERS, 'Content-Type': type }).send(bytes)
      }
    )
  }
}
