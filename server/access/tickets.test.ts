import type { IncomingMessage } from 'node:http'
import { createTickets } from './tickets.ts'

const request = (headers: Record<string, string>, remoteAddress = '192.0.2.1'): IncomingMessage =>
  ({ headers, socket: { remoteAddress } }) as unknown as IncomingMessage
const offer = (ticket: string, address?: string) =>
  request({ 'sec-websocket-protocol': `hisbundle-ecg.1, ticket.${ticket}` }, address)
const asking = () => request({ authorization: 'Bearer right' })

test('stands for the token of whoever asked for it, once', () => {
  const tickets = createTickets()
  const { ticket } = tickets.issue(asking())
  const [first, second] = [offer(ticket), offer(ticket)]
  tickets.redeem(first)
  tickets.redeem(second)
  expect([first, second].map(({ headers }) => headers.authorization)).toEqual(['Bearer right', undefined])
})

test('not after its time, from elsewhere, or for one that shows a token of its own', () => {
  let now = 0
  const tickets = createTickets(() => now)
  const late = tickets.issue(asking())
  now = late.expiresInSeconds * 1000
  const [elsewhere, own] = [tickets.issue(asking()), tickets.issue(asking())]
  const cases: [IncomingMessage, string | undefined][] = [
    [offer(late.ticket), undefined],
    [offer(elsewhere.ticket, '192.0.2.2'), undefined],
    [request({ authorization: 'Bearer own', 'sec-websocket-protocol': `ticket.${own.ticket}` }), 'Bearer own'],
    [offer('x'.repeat(43)), undefined],
    [request({ 'sec-websocket-protocol': `hisbundle-ecg.1, ticket.${'x'.repeat(44)}` }), undefined]
  ]
  for (const [asked, expected] of cases) {
    tickets.redeem(asked)
    expect(asked.headers.authorization).toBe(expected)
  }
})

test('are bounded: beyond a thousand the oldest ends early', () => {
  const tickets = createTickets()
  const first = tickets.issue(asking())
  const later = Array.from({ length: 1000 }, () => tickets.issue(asking()))
  const [gone, there] = [offer(first.ticket), offer(later.at(-1)!.ticket)]
  for (const asked of [gone, there]) tickets.redeem(asked)
  expect([gone, there].map(({ headers }) => headers.authorization)).toEqual([undefined, 'Bearer right'])
})
