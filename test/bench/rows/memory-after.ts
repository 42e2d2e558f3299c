import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BenchOptions, BenchRow } from '../../../server/cli/bench.ts'
import { type ServeChild, serveChild } from '../../integration/support/serve-child.ts'
import type { Flood, LabReport } from '../load/lab.ts'
import { check, reached } from '../support/check.ts'
import { startLoad } from '../support/load.ts'
import { median } from '../support/quantile.ts'

const FIRST = 10_000
const LAST = 100_000
/** Sent before the next portion waits until all is recorded, so that no backlog is measured. */
const PORTION = 5_000
const PEOPLE = 2_000
const SAMPLES = 50
const SAMPLE_EVERY_MS = 20
/** Below this a run is a test of correctness and sends a hundredth. */
const FULL_FROM_SECONDS = 5

/** Resident memory of a server process, at rest, after 100,000 recorded lab messages over that after 10,000. */
export async function memoryAfterRows({ seconds, say }: BenchOptions): Promise<BenchRow[]> {
  const scale = seconds < FULL_FROM_SECONDS ? 100 : 1
  const dir = mkdtempSync(join(tmpdir(), 'hb-bench-'))
  const configFile = join(dir, 'hisbundle.config.json')
  const feeds = [{ name: 'hl7', transport: 'mllp', options: { port: 0 }, defaultAuthority: 'HOSP' }]
  writeFileSync(configFile, JSON.stringify({ dataDir: join(dir, 'data'), http: { port: 0 }, feeds }))
  const server = serveChild(configFile)
  const lab = startLoad('lab')
  try {
    const { http, feeds: addresses } = await server.up
    const { hostname: host, port } = new URL(addresses.hl7!.replace('mllp:', 'http:'))
    let sent = 0
    const upTo = async (wanted: number): Promise<number> => {
      while (sent < wanted) {
        const messages = Math.min(PORTION / scale, wanted - sent)
        const flood: Flood = {
          host,
          port: Number(port),
          seconds: 0,
          messages,
          connections: 4,
          inFlight: 16,
          people: PEOPLE,
          prefix: `M${sent}-`
        }
        const { acknowledged, refused } = await lab.call<LabReport>('flood', flood)
        check('results not acknowledged with AA', refused, 0)
        sent += acknowledged
        await reached('results recorded', () => observations(http), { wanted: sent, everyMs: 100 })
      }
      return restingMemory(server)
    }
    const first = await upTo(FIRST / scale)
    const last = await upTo(LAST / scale)
    say(`memory: ${mib(first)} MiB after ${FIRST / scale} messages, ${mib(last)} MiB after ${sent}`)
    return [{ name: 'rss.after100k.ratio', value: last / first, unit: '1', target: 1.1 }]
  } finally {
    lab.stop()
    server.process.kill('SIGKILL')
    await server.exited
    rmSync(dir, { recursive: true, force: true })
  }
}

async function observations(http: string): Promise<number> {
  const response = await fetch(`${http}/fhir/R4/Observation?_summary=count`)
  return ((await response.json()) as { total: number }).total
}

/** The median over a second, bytes; nothing is asked of the server meanwhile. */
async function restingMemory({ process: child }: ServeChild): Promise<number> {
  const samples: number[] = []
  for (let sample = 0; sample < SAMPLES; sample++) {
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
    samples.push(Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024)
    await new Promise((resolve) => setTimeout(resolve, SAMPLE_EVERY_MS))
  }
  return median(samples)
}

const mib = (bytes: number): string => (bytes / 2 ** 20).toFixed(0)
