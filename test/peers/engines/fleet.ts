import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pause } from '../../integration/support/kill-site.ts'
import { type Addresses, type ServeChild, serveChild } from '../../integration/support/serve-child.ts'

/** Which processes there are: two of each role that works, and one of REST. */
export const MEMBERS = [
  ['edge-1', 'edge'],
  ['edge-2', 'edge'],
  ['ingest-1', 'ingest'],
  ['ingest-2', 'ingest'],
  ['inference-1', 'inference'],
  ['inference-2', 'inference'],
  ['fhir-1', 'fhir'],
  ['deliver-1', 'deliver'],
  ['deliver-2', 'deliver']
] as const
export type MemberName = (typeof MEMBERS)[number][0]

/** A sender stays with one edge for so many looks, as a load balancer in front of them would have it. */
const STAYS = 7
const LOOK_AGAIN_MS = 20

interface Member {
  name: MemberName
  role: string
  configFile: string
  child: ServeChild
  addresses: Addresses | undefined
}

/**
 * `hisbundle serve --roles ...` for each member, in processes of their own, all with one configuration but for the folder each
 * keeps its spool in.
 */
export async function startFleet(site: {
  /** The configuration that all share. */
  config: Record<string, unknown>
  /** Where the members' own files go. */
  dir: string
  env: Record<string, string>
}) {
  const members = new Map<string, Member>()
  let looks = 0
  /** From one start to the next in order, so that nothing is counted that ended by itself. */
  const failures: string[] = []

  function start({ name, role, configFile }: Pick<Member, 'name' | 'role' | 'configFile'>): Member {
    const child = serveChild(configFile, site.env, ['--roles', role])
    const member: Member = { name, role, configFile, child, addresses: undefined }
    members.set(name, member)
    child.up.then(
      (addresses) => {
        member.addresses = addresses
      },
      () => undefined
    )
    void child.ended.then(({ code, signal }) => {
      member.addresses = undefined
      if (signal === null && code !== 0)
        failures.push(`${name} ended by itself with ${code}: ${child.errors().slice(-800)}`)
    })
    return member
  }

  for (const [name, role] of MEMBERS) {
    const configFile = join(site.dir, `${name}.json`)
    writeFileSync(configFile, JSON.stringify({ ...site.config, dataDir: join(site.dir, name) }))
    start({ name, role, configFile })
  }
  const named = (name: MemberName): Member => members.get(name)!
  const up = (role: string): Member[] => [...members.values()].filter((m) => m.role === role && m.addresses)

  return {
    failures,
    /** Resolves when every member has said where it listens. */
    async whole(): Promise<void> {
      await Promise.all([...members.values()].map(({ child }) => child.up))
    },
    /** An edge and the REST server that run now; waits while there is none. */
    async where(): Promise<Addresses> {
      for (;;) {
        const [edges, [rest]] = [up('edge'), up('fhir')]
        const edge = edges[Math.floor(looks++ / STAYS) % Math.max(1, edges.length)]
        if (edge?.addresses && rest?.addresses) return { http: rest.addresses.http, feeds: edge.addresses.feeds }
        await pause(LOOK_AGAIN_MS)
      }
    },
    http: async (): Promise<string> => (await named('fhir-1').child.up).http,
    /** SIGKILL and a new start at once. @returns milliseconds from the kill to the new process's ready line */
    async kill(name: MemberName): Promise<{ up: Promise<number> }> {
      const member = named(name)
      const began = performance.now()
      member.addresses = undefined
      member.child.process.kill('SIGKILL')
      await member.child.ended
      const next = start(member)
      return { up: next.child.up.then(() => performance.now() - began) }
    },
    /** SIGTERM, its end in order, and a new start. @returns its exit status */
    async restart(name: MemberName): Promise<number | null> {
      const member = named(name)
      member.addresses = undefined
      member.child.process.kill('SIGTERM')
      const { code } = await member.child.ended
      await start(member).child.up
      return code
    },
    async stop(): Promise<void> {
      for (const { child } of members.values()) child.process.kill('SIGTERM')
      const late = setTimeout(() => {
        for (const { child } of members.values()) child.process.kill('SIGKILL')
      }, 40_000)
      await Promise.all([...members.values()].map(({ child }) => child.ended))
      clearTimeout(late)
    }
  }
}

export type Fleet = Awaited<ReturnType<typeof startFleet>>

/** The configuration of one embedded server, as the same hospital's on Kafka, PostgreSQL and shared blobs. */
export function onEngines(
  configFile: string,
  engines: { brokers: string[]; database: string; blobs: Record<string, unknown>; secret: string }
): { config: Record<string, unknown>; dir: string } {
  const dir = dirname(configFile)
  const { dataDir: _own, ...config } = JSON.parse(readFileSync(configFile, 'utf8')) as Record<string, unknown>
  const siteSecretFile = join(dir, 'site-secret')
  writeFileSync(siteSecretFile, engines.secret, { mode: 0o600 })
  return {
    dir,
    config: {
      ...config,
      siteSecretFile,
      inference: { workers: 1 },
      bus: {
        kind: 'kafka',
        partitions: 4,
        // A member that was killed loses its partitions within seconds.
        kafka: { brokers: engines.brokers, replicationFactor: 1, timeouts: { session: 6000, rebalance: 10_000 } }
      },
      store: { kind: 'postgres', url: engines.database, poolSize: 6 },
      blobs: engines.blobs
    }
  }
}
