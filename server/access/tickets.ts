import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

const LIFE_MS = 30_000
/** Beyond it the oldest ticket ends early. */
const MAX_TICKETS = 1000
/** A page offers the ticket as a sub-protocol: of what a browser sends with an upgrade, this alone can be chosen and is logged nowhere. */
const OFFER = /(?:^|,)\s{0,5}ticket\.([\w-]{43})\s{0,5}(?=,|$)/

export interface Tickets {
  /** A ticket in place of the credentials of this request, for one upgrade from the same address. */
  issue(request: IncomingMessage): { ticket: string; expiresInSeconds: number }
  /** Puts the credentials back that the ticket of an upgrade stands for; without a valid one nothing changes. */
  redeem(request: IncomingMessage): void
}

/**
 * Lets a page open a WebSocket: a browser cannot send `Authorization` with an upgrade, and a token in a URL ends in logs. The
 * page asks for a ticket with its token and offers it once, within half a minute, from the same address. What may be done is
 * judged by the token as always, also while the socket lives.
 *
 * @param now monotonic, milliseconds
 */
export function createTickets(now: () => number = () => performance.now()): Tickets {
  const tickets = new Map<string, { authorization?: string; address?: string; endsAt: number }>()
  const forgetOld = (): void => {
    for (const [ticket, { endsAt }] of tickets) {
      if (endsAt > now() && tickets.size <= MAX_TICKETS) return
      tickets.delete(ticket)
    }
  }
  return {
    issue({ headers: { authorization }, socket }) {
      const ticket = randomBytes(32).toString('base64url')
      tickets.set(ticket, { authorization, address: socket.remoteAddress, endsAt: now() + LIFE_MS })
      forgetOld()
      return { ticket, expiresInSeconds: LIFE_MS / 1000 }
    },
    redeem(request) {
      const offered = OFFER.exec(request.headers['sec-websocket-protocol'] ?? '')?.[1]
      const found = offered === undefined ? undefined : tickets.get(offered)
      if (!found || offered === undefined) return
      tickets.delete(offered)
      if (found.endsAt <= now() || found.address !== request.socket.remoteAddress) return
      if (request.headers.authorization === undefined && found.authorization !== undefined)
        request.headers.authorization = found.authorization
    }
  }
}
