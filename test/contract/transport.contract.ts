import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TransportDriver } from '../../adapters/transport-driver.ts'
import { FAMILIES } from '../../core/envelope.ts'
import { AppError } from '../../core/errors/app-error.ts'
import { silentLogger } from '../../core/log.ts'
import type { Arrival, TransportContext, TransportDefinition } from '../../core/transport.ts'
import { type BadLine, type LineFaults, openBadLine } from '../support/bad-line.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { refusedCodes } from './readme.ts'

export interface TransportContractCase {
  transport: TransportDefinition
  driver: TransportDriver
  /** The transport's folder, with a trailing slash. */
  folder: URL
}

const LOOPBACK = ['127.0.0.1', '[::1]', 'localhost']
/** Places of one message at which the line is cut or stalls. */
const PLACES = [0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98]
const PARALLEL = 24
const JUNK_BYTES = 4 * 1024 * 1024
/** `stop` must end within this time whatever the peers do. */
const STOP_MS = 12_000
/** An address is '<scheme>://host:port...'; URL knows ports of http alone. */
const SCHEME = /^[a-z][a-z0-9+.-]*:/

/** What every transport must keep (style.md section 7), over real sockets. */
export function transportContract({ transport, driver, folder }: TransportContractCase): void {
  const begin = (options: Record<string, unknown> = {}, accept?: Accept): Promise<Server> =>
    start(transport, { ...driver.options, ...options }, { accept, context: driver.context })
  const timeless = (bytes: Uint8Array): Uint8Array => driver.timeless?.(bytes) ?? bytes
  const run = async (options: Record<string, unknown>, work: (server: Server) => Promise<void>): Promise<void> => {
    const server = await begin(options)
    try {
      await work(server)
    } finally {
      await server.stop()
    }
  }
  const through = async (server: Server, faults: LineFaults, work: (line: BadLine) => Promise<void>): Promise<void> => {
    const line = await openBadLine(server.address, faults)
    try {
      await work(line)
    } finally {
      await line.close()
    }
  }
  /** The honest message 0 as the intake gets it, and how many bytes it took on the wire. */
  const reference = async (): Promise<{ bytes: Uint8Array; wire: number }> => {
    let wire = 0
    let bytes: Uint8Array | undefined
    await run({}, (server) =>
      through(server, {}, async (line) => {
        expect(await driver.send(line.address, 0)).toBe('taken')
        wire = line.toServer
        bytes = timeless(server.accepted[0]!.bytes)
      })
    )
    return { bytes: bytes!, wire }
  }
  const contractTest = (name: string, work: () => Promise<void>): void => {
    const reason = driver.exceptions?.[name]
    if (reason) test.skip(`${name} (not here: ${reason})`, work)
    else test(name, work, 30_000)
  }

  describe(`transport ${transport.name}`, () => {
    test('names itself and its families, and has a README that says what is refused', () => {
      expect(folder.pathname.endsWith(`/${transport.name}/`)).toBe(true)
      expect(transport.families.filter((family) => !FAMILIES.includes(family))).toEqual([])
      const { codes, unknown } = refusedCodes(folder)
      expect(codes.length).toBeGreaterThan(0)
      expect(unknown).toEqual([])
    })

    test('refuses an option that it does not know', () => {
      expect(() => transport.options({ ...driver.options, port: 0, prot: 1 })).toThrow(
        expect.objectContaining({ code: 'CONFIG_INVALID' })
      )
    })

    contractTest('takes a free port when asked for 0, and can run twice', () =>
      run({}, (first) =>
        run({}, async (second) => {
          expect(portOf(first.address)).toBeGreaterThan(0)
          expect(portOf(second.address)).not.toBe(portOf(first.address))
          expect(await driver.send(second.address, 1)).toBe('taken')
          expect([first.accepted.length, second.accepted.length]).toEqual([0, 1])
        })
      )
    )

    contractTest('is on loopback by default', () =>
      run({}, async ({ address }) => {
        expect(LOOPBACK).toContain(new URL(address.replace(SCHEME, 'http:')).hostname)
        for (const host of outerAddresses()) expect(await canConnect(host, portOf(address))).toBe(false)
      })
    )

    contractTest('puts a message together that comes byte by byte', async () => {
      const { bytes } = await reference()
      await run({}, (server) =>
        through(server, { oneByte: true }, async (line) => {
          expect(await driver.send(line.address, 0)).toBe('taken')
          expect(server.accepted.map((arrival) => Buffer.compare(timeless(arrival.bytes), bytes))).toEqual([0])
        })
      )
    })

    contractTest('says nothing before accept resolves', async () => {
      const gate = openGate()
      const seen = openGate()
      const accept = (): Promise<void> => {
        seen.open()
        return gate.passed
      }
      const server = await begin({}, accept)
      await through(server, {}, async (line) => {
        let outcome = 'pending'
        const sending = driver.send(line.address, 0).then((said) => {
          outcome = said
        })
        await seen.passed
        const before = line.toClient
        await turns(100)
        expect([outcome, line.toClient]).toEqual(['pending', before])
        gate.open()
        await sending
        expect(outcome).toBe('taken')
      })
      await server.stop()
    })

    contractTest('does not say taken when the intake refuses', async () => {
      const server = await begin({}, async () => {
        throw new AppError('BUS_UNAVAILABLE')
      })
      expect(await driver.send(server.address, 0)).toBe('refused')
      await server.stop()
    })

    contractTest('a peer that hangs up inside a message leaves no half message behind', async () => {
      const { bytes, wire } = await reference()
      await run({}, async (server) => {
        for (const place of PLACES) {
          await through(server, { cutAt: Math.floor(wire * place) }, async (line) => {
            await driver.send(line.address, 0)
          })
        }
        // Late bytes of the wire may belong to the farewell and not to the message: then it was taken whole.
        expect(server.accepted.filter((arrival) => Buffer.compare(timeless(arrival.bytes), bytes) !== 0)).toEqual([])
        expect(await driver.send(server.address, 1)).toBe('taken')
      })
    })

    contractTest('takes each message of many peers at once, once', () =>
      run({}, async (server) => {
        const numbers = Array.from({ length: PARALLEL }, (_, n) => n)
        const outcomes = await Promise.all(numbers.map((n) => driver.send(server.address, n)))
        expect(outcomes).toEqual(numbers.map(() => 'taken'))
        const different = new Set(server.accepted.map(({ bytes }) => Buffer.from(bytes).toString('base64')))
        expect([server.accepted.length, different.size]).toEqual([PARALLEL, PARALLEL])
      })
    )

    contractTest('a flood of junk is cut off and hands nothing over', () =>
      run({}, async (server) => {
        const before = process.memoryUsage().arrayBuffers
        const sent = await flood(server.address)
        expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4 * JUNK_BYTES)
        expect([server.accepted.length, sent]).toEqual([0, 'closed'])
        expect(await driver.send(server.address, 1)).toBe('taken')
      })
    )

    contractTest('a message over the limit is not taken, and the next peer is', async () => {
      const server = await begin(driver.tooSmall)
      expect(await driver.send(server.address, 0)).not.toBe('taken')
      expect(server.accepted).toEqual([])
      await server.stop()
    })

    contractTest('a peer that stalls inside a message is cut, and keeps nobody waiting', async () => {
      const { wire } = await reference()
      await run(driver.impatient, async (server) => {
        for (const place of [0.1, 0.5, 0.9]) {
          await through(server, { stallAt: Math.floor(wire * place) }, async (line) => {
            const stalled = driver.send(line.address, 0)
            expect(await driver.send(server.address, 1)).toBe('taken')
            await line.serverCloses(1)
            expect(await stalled).not.toBe('taken')
          })
        }
      })
    })

    contractTest('stop ends although a peer stalls', async () => {
      const { wire } = await reference()
      const server = await begin()
      await through(server, { stallAt: Math.floor(wire / 2) }, async (line) => {
        const stalled = driver.send(line.address, 0)
        await line.reaches(Math.floor(wire / 2))
        const began = performance.now()
        await server.stop()
        expect(performance.now() - began).toBeLessThan(STOP_MS)
        expect(await stalled).not.toBe('taken')
      })
    })

    contractTest('stop drains: what was handed over is answered, then the door is shut', async () => {
      const gate = openGate()
      const seen = openGate()
      const server = await begin({}, () => {
        seen.open()
        return gate.passed
      })
      const sending = driver.send(server.address, 0)
      await seen.passed
      let isStopped = false
      const stopping = server.stop().then(() => {
        isStopped = true
      })
      await turns(20)
      expect(isStopped).toBe(false)
      gate.open()
      expect(await sending).toBe('taken')
      await stopping
      expect(await driver.send(server.address, 1)).toBe('no-answer')
    })
  })
}

interface Server {
  address: string
  accepted: Arrival[]
  stop(): Promise<void>
}

type Accept = (arrival: Arrival) => Promise<void>

async function start(
  transport: TransportDefinition,
  options: Record<string, unknown>,
  { accept = async () => undefined, context }: { accept?: Accept; context?: Partial<TransportContext> }
): Promise<Server> {
  const accepted: Arrival[] = []
  const spoolDir = mkdtempSync(join(tmpdir(), 'hb-contract-'))
  const running = transport.create({
    ...context,
    feed: 'contract',
    options: transport.options({ port: 0, ...options }),
    log: silentLogger,
    spoolDir,
    refuse: () => undefined,
    async accept(arrival) {
      const n = accepted.push(arrival)
      await accept(arrival)
      return {
        envelopeId: `E${n}`,
        duplicate: 'none',
        settled: Promise.resolve({ state: 'recorded' }),
        reply: async () => undefined,
        keepReply: () => undefined
      }
    }
  })
  const { address } = await running.start()
  return {
    address,
    accepted,
    async stop() {
      await running.stop()
      rmSync(spoolDir, { recursive: true, force: true })
    }
  }
}

const portOf = (address: string): number => Number(new URL(address.replace(SCHEME, 'http:')).port)

const outerAddresses = (): string[] =>
  Object.values(networkInterfaces())
    .flat()
    .filter((one) => one && !one.internal && one.family === 'IPv4')
    .map((one) => one!.address)

const canConnect = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, host)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })

/** Random bytes without a valid beginning, until the server closes or all are sent and the line is quiet. */
async function flood(address: string): Promise<'closed'> {
  const random = seededRandom(Number(process.env['TEST_SEED'] ?? 20261122))
  const junk = Buffer.from(Uint32Array.from({ length: 16 * 1024 }, () => Math.floor(random() * 2 ** 32)).buffer)
  const socket = connect(portOf(address), '127.0.0.1')
  const closed = new Promise<'closed'>((resolve) => socket.once('close', () => resolve('closed')))
  socket.on('error', () => undefined)
  socket.on('data', () => undefined)
  for (let sent = 0; sent < JUNK_BYTES && !socket.destroyed; sent += junk.length) {
    await Promise.race([new Promise<void>((resolve) => socket.write(junk, () => resolve())), closed])
  }
  return closed
}

function openGate(): { passed: Promise<void>; open(): void } {
  let open = (): void => undefined
  const passed = new Promise<void>((resolve) => {
    open = resolve
  })
  return { passed, open: () => open() }
}

/** Lets everything that is ready run. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve))
}
