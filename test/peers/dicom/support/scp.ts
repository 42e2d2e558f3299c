import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import dimse from '../../../../adapters/transports/dimse/index.ts'
import { silentLogger } from '../../../../core/log.ts'
import type { Arrival } from '../../../../core/transport.ts'

/** The transport alone, with an intake that keeps what it is given: the bytes as they would go to the bus. */
export async function startScp(options: Record<string, unknown> = {}) {
  const spoolDir = mkdtempSync(join(tmpdir(), 'hb-scp-'))
  const taken: Arrival[] = []
  const refused: string[] = []
  const transport = dimse.create({
    feed: 'dicom',
    options: dimse.options({ port: 0, ...options }),
    async accept(arrival) {
      taken.push(arrival)
      const settled = Promise.resolve({ state: 'recorded' as const })
      return { envelopeId: 'x', duplicate: 'none', settled, reply: async () => undefined, keepReply() {} }
    },
    refuse: (_arrival, error) => void refused.push([error.code, error.reason].filter(Boolean).join(' ')),
    log: silentLogger,
    spoolDir
  })
  const { address } = await transport.start()
  return {
    address,
    port: Number(new URL(address.replace(/^dicoms?/, 'http')).port),
    taken,
    refused,
    /** Files of objects that are not whole yet. */
    spooled: () => readdirSync(spoolDir),
    async stop(): Promise<void> {
      await transport.stop()
      rmSync(spoolDir, { recursive: true, force: true })
    }
  }
}
