import { simulateEcg } from '../../../server/demo/simulate/ecg.ts'
import { LiveDevice } from '../../support/live-device.ts'
import { type LivePerson, RATE_HZ, type StripTimes } from '../support/live.ts'
import { serveLoad } from '../support/load.ts'

/** A machine that does other work besides takes its time. */
const PATIENCE_MS = 120_000

const helloOf = (person: LivePerson | undefined) => ({
  type: 'hello',
  signal: 'ecg',
  lead: 'I',
  rateHz: RATE_HZ,
  scaleUv: 1,
  source: 'device',
  ...(person
    ? {
        patient: {
          identifier: { value: person.mrn, authority: 'HOSP' },
          family: person.family,
          birthDate: person.birthDate
        }
      }
    : {})
})

const leadOne = (seed: number, seconds: number): Int16Array =>
  Int16Array.from(simulateEcg({ seed, seconds, rateHz: RATE_HZ, potassium: 4 + (seed % 5) }).samples[0]!, (mv) =>
    Math.round(mv * 1000)
  )

let streams: LiveDevice[] = []
let signal = leadOne(1, 10)

serveLoad({
  /** One device after the other: both strips of each person, and when each of them was answered. */
  async strips({ http, people }: { http: string; people: LivePerson[] }): Promise<StripTimes[]> {
    const times: StripTimes[] = []
    for (const [i, person] of people.entries()) {
      const device = new LiveDevice(http, { patienceMs: PATIENCE_MS })
      await device.hello(helloOf(person))
      const samples = leadOne(i + 1, 30)
      for (const [seconds, from] of [
        [10, 0],
        [30, 10]
      ] as const) {
        const to = seconds * RATE_HZ
        // What came faster than the clock is worked off first: a heart sends no backlog with its last second.
        const last = to - RATE_HZ
        await device.send(samples.subarray(from * RATE_HZ, last))
        await device.told('reading', ({ at }) => at > last - RATE_HZ)
        await device.send(samples.subarray(last, to))
        const began = performance.now()
        const after = async (done: Promise<unknown>): Promise<number> => {
          await done
          return performance.now() - began
        }
        const result = (module: string) => device.told('result', (one) => one.module === module && one.to === to)
        const [accepted, potassium, ecgomics] = await Promise.all([
          after(device.told('strip', (strip) => strip.to === to && strip.state === 'accepted')),
          after(result('pocket-k')),
          after(result('ecgomics'))
        ])
        times.push({ seconds, accepted, 'pocket-k': potassium, ecgomics })
      }
      device.say({ type: 'bye' })
      await device.ended()
    }
    return times
  },
  /** Opens unbound sessions. */
  async open({ http, count }: { http: string; count: number }): Promise<void> {
    signal = leadOne(1, 10)
    streams = Array.from({ length: count }, () => new LiveDevice(http, { patienceMs: PATIENCE_MS }))
    await Promise.all(streams.map((device) => device.hello(helloOf(undefined))))
  },
  /** Sends so many seconds of signal on each of them, as fast as the windows let it. */
  async send({ seconds }: { seconds: number }): Promise<void> {
    await Promise.all(
      streams.map(async (device) => {
        for (let left = seconds; left > 0; left -= 10)
          await device.send(signal.subarray(0, Math.min(10, left) * RATE_HZ))
        const last = device.next
        await device.until(
          'the last reading',
          () => device.of('reading').some(({ at }) => at > last - 2 * RATE_HZ),
          60_000
        )
        // A client that keeps everything would measure itself.
        device.messages.length = 0
      })
    )
  },
  /** Says goodbye on each of them; their sessions are over. */
  async close(): Promise<void> {
    for (const device of streams) device.say({ type: 'bye' })
    await Promise.all(streams.map((device) => device.ended()))
    streams = []
  }
})
