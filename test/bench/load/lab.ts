/** A laboratory: potassium results over MLLP, as fast as they are acknowledged or at a steady rate. */
import { createMllpClient, type MllpClient } from '../../../adapters/transports/mllp/client.ts'
import { serveLoad } from '../support/load.ts'
import { person, potassium } from '../support/messages.ts'
import { quantile } from '../support/quantile.ts'

export interface LabReport {
  acknowledged: number
  /** Answers other than AA. */
  refused: number
  seconds: number
  /** From the write to the acknowledgement. */
  ackMs: { p50: number; p99: number }
}

export interface Flood {
  host: string
  port: number
  seconds: number
  connections: number
  /** Messages that wait for their acknowledgement, on each connection. */
  inFlight: number
  people: number
  /** Of the control ids, so that no run repeats another's. */
  prefix: string
  /** Ends after that many instead of after `seconds`. */
  messages?: number
}

export interface Pace extends Omit<Flood, 'connections' | 'inFlight'> {
  perSecond: number
}

serveLoad({ flood, pace })

/** Closed loop: every acknowledgement makes room for the next message. */
async function flood({
  host,
  port,
  seconds,
  messages,
  connections,
  inFlight,
  people,
  prefix
}: Flood): Promise<LabReport> {
  const clients = Array.from({ length: connections }, () =>
    createMllpClient({ host, port, maxInFlight: inFlight, timeoutMs: 30_000 })
  )
  const tally = createTally()
  let number = 0
  const began = performance.now()
  const more = (): boolean => (messages === undefined ? performance.now() - began < seconds * 1000 : number < messages)
  const lane = async (client: MllpClient): Promise<void> => {
    while (more()) await tally.send(client, resultOf(number++, people, prefix))
  }
  await Promise.all(clients.flatMap((client) => Array.from({ length: inFlight }, () => lane(client))))
  const report = tally.report(performance.now() - began)
  await Promise.all(clients.map((client) => client.close()))
  return report
}

/** Open loop: messages leave by the clock, whatever the server does. */
async function pace({ host, port, seconds, people, prefix, perSecond }: Pace): Promise<LabReport> {
  const client = createMllpClient({ host, port, maxInFlight: 1000, timeoutMs: 30_000 })
  const tally = createTally()
  const total = Math.max(1, Math.round(seconds * perSecond))
  const began = performance.now()
  const sent: Promise<void>[] = []
  for (let number = 0; number < total; number++) {
    const wait = began + (number * 1000) / perSecond - performance.now()
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
    sent.push(tally.send(client, resultOf(number, people, prefix)))
  }
  await Promise.all(sent)
  const report = tally.report(performance.now() - began)
  await client.close()
  return report
}

const resultOf = (number: number, people: number, prefix: string): Uint8Array =>
  potassium(person(number % people), {
    controlId: `${prefix}${number}`,
    at: new Date(),
    value: 3.6 + (number % 14) / 10
  })

function createTally() {
  const ackMs: number[] = []
  let acknowledged = 0
  let refused = 0
  return {
    async send(client: MllpClient, bytes: Uint8Array): Promise<void> {
      const began = performance.now()
      const { code } = await client.send(bytes)
      ackMs.push(performance.now() - began)
      if (code === 'AA') acknowledged++
      else refused++
    },
    report: (ms: number): LabReport => ({
      acknowledged,
      refused,
      seconds: ms / 1000,
      ackMs: { p50: quantile(ackMs, 0.5), p99: quantile(ackMs, 0.99) }
    })
  }
}
