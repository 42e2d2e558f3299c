import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Observation } from '@medplum/fhirtypes'
import { ecgMessage, minutes, order, potassium } from '../../integration/support/hospital.ts'
import { hospitalWorld, sender } from '../../integration/support/hospital-world.ts'
import { buildWorld, type World } from '../../support/world.ts'
import { freePort } from '../dicom/support/dcmtk.ts'

/** HAPI HL7 v2 on both ends of our MLLP: its initiator sends to us, its server is the laboratory that gets ORL and ORU. */
const HOME = fileURLToPath(new URL('../../../.hisbundle/peers/hapi/', import.meta.url))
const JARS = existsSync(join(HOME, 'classpath.txt')) ? readFileSync(join(HOME, 'classpath.txt'), 'utf8').trim() : ''
const CLASS_PATH = [join(HOME, 'classes'), JARS].join(delimiter)
const fixture = (name: string): string =>
  fileURLToPath(new URL(`../../../adapters/transports/mllp/fixtures/test-only-${name}.pem`, import.meta.url))
const now = new Date(Math.floor(Date.now() / 1000) * 1000)
const facts = { family: 'Sim', given: 'Ulla', birthDate: '19500301', sex: 'F' }

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hb-hapi-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe("HAPI's initiator sends to us", () => {
  let world: World
  beforeAll(async () => {
    const codeMap = { observations: { 'L|K': { system: 'http://loinc.org', code: '2823-3', display: 'Potassium' } } }
    const feed = { transport: 'mllp', defaultAuthority: 'HOSP', zone: 'UTC', codeMap }
    const pem = (name: string): string => readFileSync(fixture(name), 'utf8')
    world = await buildWorld({
      mode: 'off',
      config: {
        feeds: [
          { ...feed, name: 'plain', options: { port: 0 } },
          { ...feed, name: 'secure', options: { port: 0, tls: { cert: pem('cert'), key: pem('key') } } }
        ]
      }
    })
  })
  afterAll(() => world.stop())

  /** Sends n results of as many people; MSA-2 of every answer by the control id that was sent. */
  async function play(feed: 'plain' | 'secure', token: string, n: number, connections: number, threads: number) {
    const source = join(folder, token)
    mkdirSync(source)
    const trust = join(folder, 'trust.p12')
    if (!existsSync(trust)) {
      const args = [
        '-importcert',
        '-noprompt',
        '-alias',
        'hb',
        '-file',
        fixture('cert'),
        '-keystore',
        trust,
        '-storepass',
        'changeit'
      ]
      expect(spawnSync('keytool', args).status).toBe(0)
    }
    for (let i = 0; i < n; i++) {
      const bytes = potassium({
        controlId: `${token}${i}`,
        at: now,
        filler: `F${token}${i}`,
        value: '4.4',
        collectedAt: minutes(now, -10),
        mrn: `${token}${i}`
      })
      writeFileSync(join(source, `${token}${i}.hl7`), bytes)
    }
    const { port } = new URL(world.address(feed).replace(/^mllps?/, 'http'))
    const args = [
      '-cp',
      CLASS_PATH,
      `-Djavax.net.ssl.trustStore=${trust}`,
      '-Djavax.net.ssl.trustStorePassword=changeit'
    ]
    const words = [
      'hisbundle.Hl7Client',
      '127.0.0.1',
      port,
      feed === 'secure' ? 'tls' : 'plain',
      source,
      `${connections}`,
      `${threads}`
    ]
    return output('java', [...args, ...words])
  }

  test.each([
    ['one connection, in lock step', 'plain', 'HA', 20, 1, 1],
    ['one connection, eight messages in flight', 'plain', 'HB', 200, 1, 8],
    ['sixteen connections', 'plain', 'HC', 320, 16, 2],
    ['TLS, four connections', 'secure', 'HD', 40, 4, 2]
  ] as const)(
    '%s: every message gets its own AA and is recorded once',
    async (_name, feed, token, n, connections, threads) => {
      const lines = (await play(feed, token, n, connections, threads)).filter((line) => line.startsWith('answer|'))
      // Sender and receiver swapped, MSH-11 and MSH-12 kept, MSA-2 = MSH-10 (hardening A1-20a), as HAPI reads it.
      const wanted = Array.from({ length: n }, (_, i) => `answer|${token}${i}.hl7|HB|LIS|ACK|P|2.5.1|AA|${token}${i}`)
      expect(lines.map(withoutNames).sort()).toEqual(wanted.map(withoutNames).sort())
      expect(new Set(lines.map((line) => line.split('|').slice(2, 4).join())).size).toBe(1)
      const found = await world.until(
        'every potassium',
        async () => {
          const { total } = await world.fhir<{ total: number }>(
            `Observation?code=http://loinc.org|2823-3&_summary=count`
          )
          return total >= sentSoFar(token) && total
        },
        60_000
      )
      expect(found).toBe(sentSoFar(token))
      const [one] = await world.search<Observation>(`Observation?patient.identifier=${token}0`)
      expect(one?.valueQuantity?.value).toBe(4.4)
    }
  )
})

const SENT = { HA: 20, HB: 220, HC: 540, HD: 580 } as const
const sentSoFar = (token: string): number => SENT[token as keyof typeof SENT]
/** MSH-3 and MSH-5 are compared apart. */
const withoutNames = (line: string): string =>
  line
    .split('|')
    .filter((_, i) => i !== 2 && i !== 3)
    .join('|')

describe("HAPI's server gets our answers", () => {
  async function rig(...behaviours: string[]) {
    const lab = await startLab(behaviours)
    const world = await hospitalWorld(lab.address, { profile: { timeoutMs: 3000 } })
    const client = sender(world)
    return {
      lab,
      world,
      /** An order and its ECG: in the original mode the laboratory gets one ORU. */
      async resulted(token: string) {
        await client.send(
          order({ controlId: `B${token}`, at: now, placer: `PL${token}`, placedAt: now, mrn: token, ...facts })
        )
        await client.send(
          ecgMessage({
            controlId: `D${token}`,
            at: now,
            filler: `E${token}`,
            acquiredAt: minutes(now, -10),
            latent: 8.2,
            seed: 7,
            mrn: token,
            ...facts
          })
        )
      },
      /** How many items are in a state, and the code of the last try. */
      queue: async (state: string) =>
        (
          await world.admin<{ queues: { destination: string; state: string; n: number }[] }>('/admin/outbox')
        ).queues.find((queue) => queue.destination === 'lab' && queue.state === state)?.n ?? 0,
      async stop() {
        await client.close()
        await world.stop()
        lab.stop()
      }
    }
  }

  test('AA: delivered, and HAPI parses the ORU strictly', async () => {
    const { lab, world, resulted, queue, stop } = await rig('AA')
    try {
      await resulted('SA')
      await world.until('the delivery', async () => (await queue('delivered')) === 1, 30_000)
      expect(lab.received).toEqual([expect.stringMatching(/^received\|ORU\|R01\|[^|]+\|AA$/)])
    } finally {
      await stop()
    }
  })

  test.each([
    ['AE', 'AE'],
    ['an answer after the time-out', 'late:5000'],
    ['an answer to another message', 'wrong']
  ])(
    '%s: the same message under the same control id is sent again, the next one waits behind it',
    async (_name, first) => {
      const { lab, world, resulted, queue, stop } = await rig(first, 'AA')
      try {
        await resulted('SB')
        await resulted('SC')
        await world.until('both deliveries', async () => (await queue('delivered')) === 2, 60_000)
        const ids = lab.received.map((line) => line.split('|')[3])
        expect(ids).toHaveLength(3)
        expect(ids[1]).toBe(ids[0])
        expect(ids[2]).not.toBe(ids[0])
      } finally {
        await stop()
      }
    }
  )

  test('AR: that message is parked, the next one goes on', async () => {
    const { lab, world, resulted, queue, stop } = await rig('AR', 'AA')
    try {
      await resulted('SD')
      await world.until('the refusal', async () => (await queue('parked')) === 1, 30_000)
      await resulted('SE')
      await world.until('the next', async () => (await queue('delivered')) === 1, 30_000)
      expect(new Set(lab.received.map((line) => line.split('|')[3])).size).toBe(2)
    } finally {
      await stop()
    }
  })

  test('no answer at all, then a laboratory that is up again: nothing lost, nothing doubled', async () => {
    const { lab, world, resulted, queue, stop } = await rig('AA')
    let again: Awaited<ReturnType<typeof startLab>> | undefined
    try {
      lab.stop()
      await resulted('SF')
      await resulted('SG')
      await world.until('both to wait', async () => (await queue('waiting')) === 2, 30_000)
      again = await startLab(['AA'], lab.port)
      await world.until('both deliveries', async () => (await queue('delivered')) === 2, 60_000)
      expect(new Set(again.received.map((line) => line.split('|')[3])).size).toBe(2)
      expect(again.received).toHaveLength(2)
    } finally {
      await stop()
      again?.stop()
    }
  })
})

async function startLab(behaviours: string[], known?: number) {
  const port = known ?? (await freePort())
  const child: ChildProcess = spawn('java', ['-cp', CLASS_PATH, 'hisbundle.Hl7Server', String(port), ...behaviours], {
    // HAPI keeps its counter of control ids in the working folder.
    cwd: folder,
    stdio: ['ignore', 'pipe', 'ignore']
  })
  const received: string[] = []
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`HAPI's server ended with ${code}`)))
    createInterface(child.stdout!).on('line', (line) => {
      if (line.startsWith('listening ')) resolve()
      if (line.startsWith('received|')) received.push(line)
    })
  })
  return { port, address: `mllp://127.0.0.1:${port}`, received, stop: () => void child.kill('SIGKILL') }
}

/** Lines of stdout; a program that fails says why in the test's own failure. */
async function output(program: string, args: string[]): Promise<string[]> {
  const child = spawn(program, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  let [text, errors] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  const status = await new Promise((resolve) => child.once('close', resolve))
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${errors.slice(-2000)}`)
  return text.split('\n')
}
