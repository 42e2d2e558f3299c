import { readdirSync, readFileSync } from 'node:fs'
import { encodeFrame } from '../../../adapters/transports/mllp/framer.ts'
import { mutateHl7 } from '../support/hl7-mutations.ts'
import { mllpOutcome } from '../support/mllp-answers.ts'
import { addressOf, talk } from '../support/talk.ts'
import type { Target } from '../support/target.ts'

const FORMATS = new URL('../../../adapters/formats/', import.meta.url)

/** Every HL7 v2 fixture of the formats. */
const SEEDS = readdirSync(FORMATS)
  .filter((name) => name.startsWith('hl7v2-'))
  .flatMap((name) => {
    const dir = new URL(`${name}/fixtures/`, FORMATS)
    return readdirSync(dir)
      .filter((file) => file.endsWith('.hl7'))
      .map((file) => readFileSync(new URL(file, dir), 'utf8'))
  })

/** HL7 v2 content: admissions, results, orders and waveforms with their grammar changed. */
export const hl7v2: Target = {
  name: 'hl7v2',
  lanes: 16,
  async run(server, random, number) {
    const bytes = mutateHl7(random.pick(SEEDS), `H${number}`, random)
    // VT and FS would end the block: framing is the other target's.
    const content = bytes.filter((byte) => byte !== 0x0b && byte !== 0x1c)
    return mllpOutcome(await talk(addressOf(server.mllp), [encodeFrame(content)]))
  }
}
