import { ECG_KINDS } from '../../../adapters/ecg/kinds.ts'
import { damageEcg } from '../support/ecg-mutations.ts'
import { ecgSeeds } from '../support/ecg-seeds.ts'
import { postFile } from '../support/http-answers.ts'
import type { Target } from '../support/target.ts'

const SEEDS = ecgSeeds()

/** ECG files of every format: cut at every offset, flipped, their lengths, rates and numbers lied about, packed as bombs; POST /inbound. */
export const ecgFiles: Target = {
  name: 'ecg-files',
  lanes: 12,
  async run(server, random, number) {
    const seed = random.pick(SEEDS)
    const mediaType = random.chance(0.5) ? ECG_KINDS[seed.kind] : 'application/octet-stream'
    return postFile(server.http, mediaType, damageEcg(seed, random, number))
  }
}
