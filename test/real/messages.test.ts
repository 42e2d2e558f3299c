import { basename } from 'node:path'
import { parseMessage } from '../../adapters/hl7v2/parse.ts'
import { splitMessages } from '../../adapters/hl7v2/split.ts'
import { ERRORS } from '../../core/errors/table.ts'
import type { MessageStory } from '../../server/pipeline/story.ts'
import { dataTest } from '../support/data.ts'
import { buildWorld, type World } from '../support/world.ts'
import { listedUnder, readSource } from './sources.ts'
import { allStories } from './stories.ts'
import { mllpPeer } from './wire.ts'

interface Outcome {
  file: string
  /** MSA-1, with the table 0357 code of a refusal. */
  answer: string
  state: MessageStory['state']
  /** Coded reason of what is not recorded. */
  reason: string
  resources: number
}

/** The files keep line feeds; the wire wants carriage returns. */
const wired = (message: Uint8Array): Buffer =>
  Buffer.from(Buffer.from(message).toString('latin1').trim().replace(/\r?\n/g, '\r') + '\r', 'latin1')

describe('real HL7 v2 messages through MLLP', () => {
  dataTest(
    'each of the 53 files is answered and ends recorded, ignored, refused or parked with a coded reason',
    async () => {
      const feed = {
        name: 'hl7',
        transport: 'mllp',
        // The ReportStream files have no MSH-11.
        options: { port: 0, processingIds: ['P', 'T', 'D', ''] },
        defaultAuthority: 'HOSP',
        zone: 'UTC',
        codeMap: {}
      }
      const world = await buildWorld({ mode: 'shadow', config: { feeds: [feed] } })
      try {
        const files = listedUnder('hl7v2/').filter((path) => path.endsWith('.hl7'))
        expect(files).toHaveLength(53)
        const outcomes = await playFiles(world, files)
        printTable(outcomes)
        // batch_message.hl7 holds two messages.
        expect(outcomes).toHaveLength(54)
        for (const { file, answer, state, reason } of outcomes) {
          if (state === 'recorded' || state === 'ignored')
            expect([file, answer]).toEqual([file, expect.stringMatching(/^[AC]A( \d{3})?$/)])
          else expect([file, reason.split(' ')[0]! in ERRORS]).toEqual([file, true])
          if (state === 'refused') expect(answer).toMatch(/^A[ER] \d{3}$/)
        }
        // What is refused lacks a segment or field that 2.5.1 requires. What is parked names somebody else's identity:
        // the converter's snippets have no patient, no order number and one MSH-10 between them.
        expect(outcomes.filter(({ state }) => state === 'recorded').length).toBeGreaterThanOrEqual(27)
      } finally {
        await world.stop()
      }
    },
    120_000
  )
})

async function playFiles(world: World, files: string[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  /** Duplicates counted so far, by envelope. */
  const known = new Map<string, number>()
  for (const path of files) {
    for (const message of splitMessages(readSource(path))) {
      // A connection each: some ask for the enhanced mode, where an application answer follows the first one.
      const peer = await mllpPeer(world.address('hl7'))
      try {
        const reply = parseMessage(Buffer.from(await peer.exchange(wired(message)), 'utf8'))
        const story = await world.until(`the story of ${path}`, async () =>
          (await allStories(world)).find(
            ({ envelopeId, settledAt, duplicates }) => settledAt && duplicates !== known.get(envelopeId)
          )
        )
        const isRepeated = known.has(story.envelopeId)
        known.set(story.envelopeId, story.duplicates)
        outcomes.push({
          file: basename(path),
          answer: [reply.first('MSA')?.get(1), reply.first('ERR')?.get(3)].filter(Boolean).join(' '),
          state: story.state,
          reason: isRepeated
            ? 'identical to an earlier one from the second segment on'
            : [story.error?.code, story.error?.at, story.error?.reason].filter(Boolean).join(' '),
          resources: story.resources.length
        })
      } finally {
        peer.close()
      }
    }
  }
  return outcomes
}

function printTable(outcomes: readonly Outcome[]): void {
  const counts = new Map<string, number>()
  for (const { state } of outcomes) counts.set(state, (counts.get(state) ?? 0) + 1)
  const rows = outcomes.map(({ file, answer, state, reason, resources }) =>
    [file.padEnd(66), answer.padEnd(8), state.padEnd(9), String(resources).padStart(3), reason].join(' ')
  )
  const total = [...counts].map(([state, count]) => `${count} ${state}`).join(', ')
  process.stdout.write(`${rows.join('\n')}\n${outcomes.length} messages of the data folder: ${total}\n`)
}
