import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../../core/errors/app-error.ts'
import type { LiveEcgDesk } from '../../core/live-ecg.ts'
import type { Logger } from '../../core/log.ts'
import { type PeerPolicy, type PeerRules, readPeers } from '../../core/peers.ts'
import type { Arrival, Transport, TransportContext, TransportDefinition } from '../../core/transport.ts'
import { isPart10, withoutPreamble } from '../../dicom/part10.ts'
import { createStrangers } from '../access/strangers.ts'
import type { Config } from '../config/schema.ts'
import type { Metrics } from '../metrics/metrics.ts'
import { loadTransport } from './discover.ts'
import { lockFolder } from './folder-lock.ts'
import type { Pipeline } from './pipeline.ts'

export interface RunningFeed {
  name: string
  address: string
}

/** A feed that takes WebSockets of the server's own listener. */
export interface MountedUpgrade {
  feed: string
  upgrade: NonNullable<Transport['upgrade']>
}

/** The configured transports, each with the durable intake behind it. */
export async function createFeeds(
  config: Config,
  {
    pipeline,
    metrics: { messages: meter, accessRefused },
    live,
    log
  }: { pipeline: Pipeline; metrics: Pick<Metrics, 'messages' | 'accessRefused'>; live: LiveEcgDesk; log: Logger }
) {
  const transports: { name: string; spoolDir: string; transport: Transport }[] = []
  const drops: TransportContext[] = []
  const upgrades: MountedUpgrade[] = []
  const strangers = createStrangers(log)
  const spool = join(config.dataDir, 'spool')
  let giveBack: (() => void) | undefined
  for (const [i, feed] of config.feeds.entries()) {
    const definition = await loadTransport(feed.transport)
    const own = Object.fromEntries(Object.entries(feed.options).filter(([key]) => !pipeline.formats.options.has(key)))
    const spoolDir = join(spool, encodeURIComponent(feed.name))
    const context: TransportContext = {
      feed: feed.name,
      // Where answers have an address of their own, an enhanced-mode ORL goes there and not over the sender's connection.
      options: definition.options(
        feed.transport === 'mllp' && feed.replyTo ? { applicationReplies: 'outbox', ...own } : own
      ),
      accept: async (arrival) => {
        const began = performance.now()
        try {
          return await pipeline.intake.accept(feed.name, withCleanPreamble(arrival))
        } finally {
          meter.answered(feed.transport, (performance.now() - began) / 1000)
        }
      },
      receiving: () => {
        for (const family of definition.families) pipeline.intake.receiving(family)
      },
      ...(feed.peers ? { peers: peersOf(feed.peers, definition, `feeds[${i}].peers`) } : {}),
      peerRefused: (reason) => {
        strangers.note(feed.name, reason)
        accessRefused(feed.transport, reason)
      },
      live,
      refuse: (arrival, error) => pipeline.intake.refuse(feed.name, arrival, error),
      log,
      spoolDir
    }
    if (feed.transport === 'http-drop' && own.port === undefined) drops.push(context)
    const transport = definition.create(context)
    const upgrade = own.port === undefined ? transport.upgrade?.bind(transport) : undefined
    if (upgrade) upgrades.push({ feed: feed.name, upgrade })
    transports.push({ name: feed.name, spoolDir, transport })
  }
  return {
    drops,
    /** Feeds of live leads that have no port of their own, in the order of the configuration. */
    upgrades,
    /** Peers that were refused, by feed and reason, since the start. */
    strangers: strangers.counts,
    async start(): Promise<RunningFeed[]> {
      const running: RunningFeed[] = []
      // Another edge on this folder would lose what it is just receiving.
      if (transports.length > 0) giveBack = lockFolder(spool)
      for (const { name, spoolDir, transport } of transports) {
        rmSync(spoolDir, { recursive: true, force: true })
        mkdirSync(spoolDir, { recursive: true })
        running.push({ name, address: (await transport.start()).address })
      }
      return running
    },
    async stop(): Promise<void> {
      await Promise.all(transports.map(({ transport }) => transport.stop()))
      giveBack?.()
      giveBack = undefined
    }
  }
}

/** @throws AppError CONFIG_INVALID for a rule that this transport has no way to ask */
function peersOf(rules: PeerRules, { peerRules = [] }: TransportDefinition, at: string): PeerPolicy {
  const policy = readPeers(rules, at)
  const useless = policy.asks.find((rule) => !peerRules.includes(rule))
  if (useless) throw new AppError('CONFIG_INVALID', { at: `${at}.${useless}`, reason: 'not-with-this-transport' })
  return policy
}

/** A DICOM file's preamble may hold a program; it is stored zeroed by whatever way it came (hardening A3-34). */
const withCleanPreamble = (arrival: Arrival): Arrival =>
  arrival.family === 'dicom' && isPart10(arrival.bytes)
    ? { ...arrival, bytes: withoutPreamble(arrival.bytes) }
    : arrival
