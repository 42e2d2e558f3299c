import type { IncomingHttpHeaders } from 'node:http'

const LOOPBACK = /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])$/i

/**
 * Whether a request to a listener without authentication comes from a program on this machine rather than from a page of
 * another site in somebody's browser: the Host names the loopback (else a name server points its own name here), and what the
 * browser says of the page's origin is this very server. Programs send neither Origin nor Sec-Fetch-Site.
 */
export function isLocalCall(headers: IncomingHttpHeaders): boolean {
  const host = headers.host ?? ''
  if (!LOOPBACK.test(host.replace(/:\d+$/, ''))) return false
  const site = headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false
  const { origin } = headers
  return origin === undefined || origin === `http://${host}` || origin === `https://${host}`
}

/**
 * Whether a WebSocket upgrade comes from a program, or from a page of this very server. The protocol lets a page of any
 * site open a socket (RFC 6455 section 10.2): what keeps it out is this, whatever it shows for credentials.
 */
export function isOwnOrigin({ host, origin, 'sec-fetch-site': site }: IncomingHttpHeaders): boolean {
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false
  return origin === undefined || (host !== undefined && (origin === `http://${host}` || origin === `https://${host}`))
}
