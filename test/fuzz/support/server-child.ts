import { monitorEventLoopDelay } from 'node:perf_hooks'
import { buildWorld } from '../../support/world.ts'

/**
 * The whole server in a process of its own, so that its memory is its own and its death is seen. Asked over IPC:
 * 'state' (what became of messages, memory, handles) and 'stop'.
 */
export interface ServerState {
  /** Messages by 'state CODE reason'. */
  stories: Record<string, number>
  /** Identical messages that came again: answered from the receipt, without a row of their own. */
  duplicates: number
  rssBytes: number
  /** Highest resident set since the process began. */
  peakBytes: number
  /** Longest the event loop was held up since the last question, ms. */
  blockedMs: number
  /** Open TCP sockets, the listening ones left out. */
  sockets: number
}

const loop = monitorEventLoopDelay({ resolution: 10 })
loop.enable()
const world = await buildWorld({ mode: 'shadow' })

async function state(): Promise<ServerState> {
  const rows = await world.app.store.sql.all<{ name: string; n: number }>(
    `SELECT state || COALESCE(' ' || code, '') || COALESCE(' ' || reason, '') AS name, count(*) AS n FROM messages GROUP BY 1`
  )
  const [again] = await world.app.store.sql.all<{ n: number | null }>('SELECT sum(duplicates) AS n FROM messages')
  const blockedMs = loop.max / 1e6
  loop.reset()
  return {
    stories: Object.fromEntries(rows.map(({ name, n }) => [name, n])),
    duplicates: again?.n ?? 0,
    rssBytes: process.memoryUsage.rss(),
    peakBytes: process.resourceUsage().maxRSS * 1024,
    blockedMs,
    sockets: process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length
  }
}

process.on('message', async (question: 'state' | 'stop') => {
  if (question === 'state') process.send!({ state: await state() })
  else {
    await world.stop()
    process.disconnect()
  }
})
process.on('disconnect', () => process.exit())
process.send!({
  up: { http: world.http, mllp: world.address('hl7'), dimse: world.address('dicom') }
})
