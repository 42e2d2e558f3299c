import { readdirSync, readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { isListed } from '../../core/listed-host.ts'
import { httpCall } from './http-call.ts'
import { isForbiddenAddress, type Resolve, safeAddress } from './safe-address.ts'
import { carelessCall, looksSafe } from './safe-address.vulnerable.ts'

/** The matrix of server-side request forgery (hardening A3-37, T52): each place, in each spelling that reaches it. */
const FORBIDDEN: Record<string, string[]> = {
  loopback: ['http://127.0.0.1/', 'http://127.9.9.9/', 'https://127.0.0.1:8443/x', 'http://user@127.0.0.1/'],
  'this host': ['http://0.0.0.0/', 'http://0/', 'http://[::]/'],
  'loopback, decimal': ['http://2130706433/'],
  'loopback, hexadecimal': ['http://0x7f000001/', 'http://0x7f.0.0.1/'],
  'loopback, octal': ['http://0177.0.0.1/', 'http://017700000001/'],
  'loopback, short': ['http://127.1/', 'http://127.0.1/'],
  'loopback, a dot behind': ['http://127.0.0.1./'],
  'loopback, other letters': ['http://①②⑦.0.0.1/', 'http://127。0。0。1/'],
  'loopback, encoded': ['http://%31%32%37.0.0.1/'],
  'IPv6 loopback': ['http://[::1]/', 'http://[0:0:0:0:0:0:0:1]/', 'http://[::1]:80/'],
  'IPv4-mapped': ['http://[::ffff:127.0.0.1]/', 'http://[::ffff:7f00:1]/', 'http://[::ffff:a9fe:a9fe]/'],
  'IPv4-compatible': ['http://[::127.0.0.1]/', 'http://[::7f00:1]/'],
  'IPv4 inside IPv6': ['http://[64:ff9b::7f00:1]/', 'http://[2002:7f00:1::]/', 'http://[2001:0:7f00:1::]/'],
  private: [
    'http://10.0.0.1/',
    'http://172.16.0.1/',
    'http://172.31.255.255/',
    'http://192.168.1.1/',
    'http://100.64.0.1/'
  ],
  'private IPv6': ['http://[fc00::1]/', 'http://[fd12:3456::1]/', 'http://[fec0::1]/'],
  'link-local': ['http://169.254.1.1/', 'http://[fe80::1]/'],
  metadata: ['http://169.254.169.254/latest/meta-data', 'http://2852039166/', 'http://[fd00:ec2::254]/'],
  'multicast and broadcast': ['http://224.0.0.1/', 'http://255.255.255.255/', 'http://[ff02::1]/'],
  reserved: [
    'http://192.0.2.1/',
    'http://198.18.0.1/',
    'http://240.0.0.1/',
    'http://[100::1]/',
    'http://[2001:db8::1]/'
  ]
}
const matrix = Object.entries(FORBIDDEN).flatMap(([place, urls]) => urls.map((url): [string, string] => [place, url]))

const nobody: Resolve = async () => {
  throw new Error('an address was looked up as a name')
}
const names =
  (...addresses: string[]): Resolve =>
  async () =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
const refusal = expect.objectContaining({ code: 'NOT_PERMITTED', reason: 'address-not-allowed' })

describe('a place inside', () => {
  test.each(matrix)(
    '%s: %s is refused when the Subscription is written and when it is called',
    async (_place, text) => {
      const url = new URL(text)
      expect(isForbiddenAddress(url, [])).toBe(true)
      await expect(safeAddress(url, [], nobody)).rejects.toEqual(refusal)
    }
  )

  test.each(matrix)('%s: a name that stands for the address of %s is refused', async (_place, text) => {
    const address = new URL(text).hostname.replace(/^\[|\]$/g, '')
    await expect(safeAddress(new URL('http://harmless.example/'), [], names(address))).rejects.toEqual(refusal)
  })

  test.each(['localhost', 'localhost.', 'LOCALHOST', 'a.localhost'])(
    '%s is refused by what it stands for',
    async (host) => {
      const url = new URL(`http://${host}/`)
      expect(isListed(url, [])).toBe(false)
      await expect(safeAddress(url, [], names('::1', '127.0.0.1'))).rejects.toEqual(refusal)
    }
  )

  test('a name server that gives no address but text is refused', async () => {
    await expect(safeAddress(new URL('http://x.example/'), [], names('127.0.0.1 '))).rejects.toEqual(refusal)
  })

  test('the words that a careless check looks for miss most of the matrix', () => {
    const missed = matrix.filter(([, url]) => looksSafe(url)).map(([place]) => place)
    expect([...new Set(missed)]).toEqual(
      Object.keys(FORBIDDEN).filter((place) => !['loopback, a dot behind'].includes(place))
    )
  })
})

describe('a place outside or on the list', () => {
  test.each([
    ['http://93.184.215.14/', []],
    ['http://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/', []],
    ['http://[::ffff:93.184.215.14]/', []],
    ['http://10.4.7.7:9000/', ['10.4.0.0/16']],
    ['http://10.4.7.7:9000/', ['10.4.7.7']],
    ['http://10.4.7.7:9000/', ['10.4.7.7:9000']],
    ['http://10.4.7.7/', ['10.4.7.7:80']],
    ['https://[fd00::7]/', ['[fd00::7]:443']]
  ])('%s with %j is permitted', async (text, allowed) => {
    const url = new URL(text)
    expect(isForbiddenAddress(url, allowed)).toBe(false)
    expect((await safeAddress(url, allowed, nobody)).address).toBe(url.hostname.replace(/^\[|\]$/g, ''))
  })

  test.each([
    ['http://10.4.7.7:9001/', ['10.4.7.7:9000']],
    ['http://10.5.0.1/', ['10.4.0.0/16']],
    ['http://subscriber.example.evil.example/', ['subscriber.example']],
    ['http://subscriber.example@evil.example/', ['subscriber.example']],
    ['http://evil.example/?subscriber.example', ['subscriber.example']]
  ])('%s with %j is not', async (text, allowed) => {
    await expect(safeAddress(new URL(text), allowed, names('127.0.0.1'))).rejects.toEqual(refusal)
  })

  test('of several addresses of a name one that is permitted is taken', async () => {
    const found = await safeAddress(new URL('http://x.example/'), [], names('127.0.0.1', '93.184.215.14'))
    expect(found).toEqual({ address: '93.184.215.14', family: 4 })
  })
})

/** A server at one loopback address that counts who comes. */
async function listener(host: string, port = 0, location?: string): Promise<{ port: number; hits: () => number }> {
  let hits = 0
  const server = createServer((_request, response) => {
    hits++
    response.writeHead(location ? 302 : 200, location ? { location } : {}).end()
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(port, host, () => resolve()))
  return { port: (server.address() as AddressInfo).port, hits: () => hits }
}
const servers: Server[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})
const call = { method: 'POST', headers: {}, timeoutMs: 2000 } as const

test('a name that changes after the check is called at the address that was checked', async () => {
  const trap = await listener('127.0.0.1')
  const good = await listener('127.0.0.2', trap.port)
  /** The first answer may be reached, every later one is the trap. */
  const turning = (): Resolve => {
    let asked = 0
    return async () => [{ address: ++asked === 1 ? '127.0.0.2' : '127.0.0.1', family: 4 }]
  }
  const url = `http://turning.example:${trap.port}/hook`
  expect(await httpCall({ ...call, url, allowedHosts: ['127.0.0.2/32'], resolve: turning() })).toEqual({
    kind: 'delivered'
  })
  expect([good.hits(), trap.hits()]).toEqual([1, 0])
  await carelessCall(url, ['127.0.0.2'], turning())
  expect([good.hits(), trap.hits()]).toEqual([1, 1])
})

test('a redirect is an answer, not an instruction', async () => {
  const trap = await listener('127.0.0.1')
  const door = await listener('127.0.0.2', 0, `http://127.0.0.1:${trap.port}/admin`)
  const url = `http://door.example:${door.port}/hook`
  const sent = await httpCall({ ...call, url, allowedHosts: ['127.0.0.2/32'], resolve: names('127.0.0.2') })
  expect([sent, trap.hits()]).toEqual([{ kind: 'refused', code: 'HTTP_302' }, 0])
  await carelessCall(url, ['127.0.0.2'], names('127.0.0.2'))
  expect(trap.hits()).toBe(1)
})

test('a name server that never answers holds a call no longer than its time', async () => {
  const silent: Resolve = () => new Promise(() => undefined)
  await expect(
    httpCall({ ...call, timeoutMs: 30, url: 'http://x.example/', allowedHosts: [], resolve: silent })
  ).rejects.toMatchObject({ code: 'DESTINATION_UNREACHABLE' })
})

test('nothing else of the server calls an address over HTTP: neither Attachment.url nor any other link in a resource is fetched', () => {
  const root = join(import.meta.dirname, '../..')
  const calls = ['core', 'dicom', 'fhir-profiles', 'inference', 'adapters', 'server']
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name))
    )
    .filter((path) => path.endsWith('.ts') && !/\.(test|vulnerable)\.ts$|contract-driver/.test(path))
    .filter((path) =>
      /(?:await |return |=>? ?|\()fetch\(|\brequest\b[^\n]*from 'node:https?'|from 'undici'/.test(
        readFileSync(join(root, path), 'utf8')
      )
    )
  // The command line and the demo call addresses that their user gave, from the user's own process; the mirror calls the one
  // server that the configuration names; a language model is called at the endpoint of the policy, which has a list of its own.
  expect(calls.filter((path) => !/^server\/(cli|demo|delivery\/fhir-mirror)\/|\/fixtures\//.test(path))).toEqual([
    'inference/modules/cap-icu/predictor/language-model/bounded-fetch.ts',
    'server/delivery/http-call.ts'
  ])
})
