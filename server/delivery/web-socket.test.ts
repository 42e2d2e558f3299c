import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import WebSocket from 'ws'
import { silentLogger } from '../../core/log.ts'
import { inProcessCoordination } from '../store/sqlite/coordination.ts'
import { createSocketHub } from './web-socket.ts'

const coordination = inProcessCoordination()
const servers: { http: Server; hub: ReturnType<typeof createSocketHub> }[] = []
afterEach(async () => {
  for (const { http, hub } of servers.splice(0)) {
    hub.stop()
    http.closeAllConnections()
    await new Promise((resolve) => http.close(resolve))
  }
})

/** The hub of one process, and what it says about who can be reached from it. */
async function inProcess() {
  const reach: string[] = []
  const hub = createSocketHub({
    path: '/ws',
    log: silentLogger,
    canBind: async (id) => id !== 'unknown',
    onReach: (id, isReachable) => void reach.push(`${id} ${isReachable}`),
    coordination,
    admit: () => true,
    mayStay: () => true
  })
  const http = createServer()
  hub.attach(http)
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', () => resolve()))
  servers.push({ http, hub })
  return { hub, reach, url: `ws://127.0.0.1:${(http.address() as AddressInfo).port}/ws` }
}
async function client(url: string, id: string) {
  const socket = new WebSocket(url)
  const heard: string[] = []
  socket.on('message', (data) => heard.push(String(data)))
  await new Promise((resolve) => socket.once('open', resolve))
  socket.send(`bind ${id}`)
  await until(() => heard.includes(`bound ${id}`))
  return { socket, heard, pings: () => heard.filter((line) => line.startsWith('ping')) }
}
async function until(look: () => boolean): Promise<void> {
  while (!look()) await new Promise((resolve) => setTimeout(resolve, 5))
}
const event = { id: 'e1', mediaType: 'text/plain', bytes: Buffer.from('ping s1') }

test('one process sends; the sockets of the same Subscription in another get the ping too, each once', async () => {
  const [one, two] = [await inProcess(), await inProcess()]
  const [a, b, c, other] = [
    await client(one.url, 's1'),
    await client(one.url, 's1'),
    await client(two.url, 's1'),
    await client(two.url, 's2')
  ]
  expect(await one.hub.destination('s1', 'subscription/s1').send(event)).toEqual({ kind: 'delivered' })
  await until(() => [a, b, c].every(({ pings }) => pings().length > 0))
  expect(await two.hub.destination('s1', 'subscription/s1').send(event)).toEqual({ kind: 'delivered' })
  await until(() => [a, b, c].every(({ pings }) => pings().length > 1))
  expect([a, b, c].map(({ pings }) => pings())).toEqual(Array(3).fill(['ping s1', 'ping s1']))
  expect(other.pings()).toEqual([])
})

test('can be reached where a socket is bound, and no longer when the last one went', async () => {
  const [one, two] = [await inProcess(), await inProcess()]
  const [here, there] = [one, two].map(({ hub }) => hub.destination('s1', 'subscription/s1'))
  expect([here!.isReachable?.(), there!.isReachable?.()]).toEqual([false, false])
  const [a, b] = [await client(one.url, 's1'), await client(one.url, 's1')]
  expect([here!.isReachable?.(), there!.isReachable?.()]).toEqual([true, false])
  a.socket.terminate()
  b.socket.terminate()
  await until(() => one.reach.includes('s1 false'))
  expect(here!.isReachable?.()).toBe(false)
  expect(one.reach).toEqual(['s1 true', 's1 true', 's1 false'])
  expect(two.reach).toEqual([])
  expect(await here!.send(event)).toEqual({ kind: 'retry', code: 'NOBODY_BOUND' })
})
