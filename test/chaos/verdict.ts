import { judge } from '../integration/support/kill-judge.ts'
import type { Site } from '../integration/support/kill-site.ts'
import type { Sent } from './load.ts'

/** What the receivers and the record say about all that was sent: nothing is fine. */
export async function verdict(one: Site, http: string, sent: Sent[], acknowledged: Set<string>) {
  const poison = new Set(sent.filter(({ isParked }) => isParked).map(({ item }) => item.id))
  const found = await judge(
    one,
    http,
    sent.map(({ item }) => item),
    acknowledged
  )
  const parkedIds = new Set(found.parked.map((line) => line.split(' ')[1]!))
  const texts = one.lab.received.map(({ text }) => text)
  const unanswered = sent.filter(
    ({ placer }) => placer && !texts.some((text) => text.includes('ORU^R01') && text.includes(`${placer}^LAB`))
  )
  return {
    ...found,
    parked: [
      ...found.parked.filter((line) => !poison.has(line.split(' ')[1]!)),
      ...[...poison].filter((id) => acknowledged.has(id) && !parkedIds.has(id)).map((id) => `poison ${id} not parked`)
    ],
    undelivered: [...found.undelivered, ...unanswered.map(({ item }) => `order ${item.id} was never answered`)]
  }
}
