import { canary } from './canary.ts'
import { Random } from './random.ts'
import { type FuzzServer, type ServerState, startServer } from './server.ts'
import type { Outcome, Target } from './target.ts'

/** T51: what an attack may cost above the warm server. */
export const MAX_GROWTH_BYTES = 256 * 2 ** 20

export interface FuzzOptions {
  cases: number
  seed: number
  /** Only this case of the run, as a failure names it. */
  only?: number
  /** A canary goes in after this many cases. */
  canaryEvery?: number
  progress?(done: number): void
}

export interface FuzzReport {
  target: string
  seed: number
  inputs: number
  seconds: number
  /** Wire answers by code. */
  answers: Record<string, number>
  /** What became of messages, by state, code and reason. */
  stories: Record<string, number>
  canaries: number
  warmBytes: number
  peakBytes: number
  /** Longest hold-up of the server's event loop, ms. */
  blockedMs: number
  /** What must not be; empty when all held. */
  faults: string[]
}

const MAX_FAULTS = 20
const SETTLE_MS = 300_000

/** Runs one target against a server of its own and judges what is left. */
export async function fuzz(target: Target, options: FuzzOptions): Promise<FuzzReport> {
  const server = await startServer()
  const report = await attack(server, target, options).catch(async (error: unknown) => {
    await server.stop()
    throw error
  })
  if (!(await server.stop()))
    report.faults.push('the server did not stop when it was asked to: something of a peer is left')
  return report
}

async function attack(server: FuzzServer, target: Target, options: FuzzOptions): Promise<FuzzReport> {
  const { cases, seed, only, canaryEvery = 500 } = options
  const faults: string[] = []
  const answers = new Map<string, number>()
  let canaries = 0
  let taken = 0
  let inputs = 0
  const sing = async (): Promise<void> => {
    canaries++
    const silence = await canary(server)
    if (silence) faults.push(`canary ${canaries}: ${silence}`)
  }
  for (let n = 0; n < 20; n++) await sing()
  const warm = await server.state()
  const began = performance.now()

  const one = async (number: number): Promise<void> => {
    const outcome: Outcome = await target.run(server, new Random(seed, number), number).catch((error: unknown) => ({
      codes: ['harness'],
      fault: String(error)
    }))
    inputs++
    for (const code of outcome.codes) answers.set(code, (answers.get(code) ?? 0) + 1)
    taken += outcome.taken ?? 0
    if (outcome.fault) faults.push(`case ${number}: ${outcome.fault}`)
  }
  let next = only ?? 0
  const end = only === undefined ? cases : only + 1
  const lane = async (): Promise<void> => {
    while (next < end && faults.length < MAX_FAULTS && !server.isDead()) {
      const number = next++
      await one(number)
      if (number % canaryEvery === canaryEvery - 1) {
        await sing()
        options.progress?.(number + 1)
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(target.lanes, end - next) }, lane))
  if (server.isDead()) {
    faults.push(await server.died)
    return report({ stories: {}, duplicates: 0, peakBytes: Number.NaN, blockedMs: Number.NaN })
  }
  await sing()
  return report(await settled(server, taken + canaries))

  function report(state: Judged): FuzzReport {
    const { stories } = state
    const left = stories['received'] ?? 0
    if (left > 0) faults.push(`${left} messages are neither recorded nor refused nor parked`)
    for (const name of Object.keys(stories)) {
      if (/^(parked|refused)$/.test(name)) faults.push(`a message is ${name} without a code`)
      if (name.includes('INTERNAL')) faults.push(`a message ended ${name}: a defect of ours`)
    }
    const known = server.isDead() ? taken + canaries : knownOf(state)
    if (known < taken + canaries) faults.push(`${taken + canaries} messages were accepted, ${known} are known`)
    const growth = state.peakBytes - warm.rssBytes
    if (growth > MAX_GROWTH_BYTES) faults.push(`memory grew by ${Math.round(growth / 2 ** 20)} MiB`)
    return {
      target: target.name,
      seed,
      inputs,
      seconds: (performance.now() - began) / 1000,
      answers: sorted(answers),
      stories: sorted(new Map(Object.entries(stories))),
      canaries,
      warmBytes: warm.rssBytes,
      peakBytes: state.peakBytes,
      blockedMs: state.blockedMs,
      faults
    }
  }
}

type Judged = Pick<ServerState, 'stories' | 'duplicates' | 'peakBytes' | 'blockedMs'>

/** Messages that were accepted, as the server knows them: rows that are no refusal, and those that came again. */
function knownOf({ stories, duplicates }: Judged): number {
  return Object.entries(stories).reduce((sum, [name, n]) => (name.startsWith('refused') ? sum : sum + n), duplicates)
}

/** Waits until all that was accepted is known (rows are written behind the answer) and nothing is on its way any more. */
async function settled(server: FuzzServer, accepted: number): Promise<Judged> {
  const deadline = performance.now() + SETTLE_MS
  let blockedMs = 0
  for (;;) {
    const state = await server.state()
    blockedMs = Math.max(blockedMs, state.blockedMs)
    const isSettled = !state.stories['received'] && knownOf(state) >= accepted
    if (isSettled || performance.now() > deadline) return { ...state, blockedMs }
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

const sorted = (counts: Map<string, number>): Record<string, number> =>
  Object.fromEntries([...counts].sort(([, a], [, b]) => b - a))
