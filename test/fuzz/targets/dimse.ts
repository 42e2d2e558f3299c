import { inPieces, mutateBytes } from '../support/bytes.ts'
import { aboutInstance, instanceUid, SEEDS } from '../support/dicom-seeds.ts'
import { dimseOutcome } from '../support/dimse-answers.ts'
import { abort, associateRq, echoRq, pData, releaseRq, storeConversation } from '../support/dimse-bytes.ts'
import { addressOf, talk } from '../support/talk.ts'
import type { Target } from '../support/target.ts'

const AE_TITLE = 'HISBUNDLE'
const VERIFICATION = { id: 1, abstractSyntax: '1.2.840.10008.1.1', transferSyntax: '1.2.840.10008.1.2' }

/** DIMSE: every type of PDU flipped, lied to in length, left out, doubled, put in another order, cut and hung up in the middle. */
export const dimse: Target = {
  name: 'dimse',
  lanes: 16,
  async run(server, random, number) {
    const seed = random.pick(SEEDS)
    const uid = instanceUid(number)
    const pdus: Buffer[] = random.chance(0.3)
      ? [associateRq(AE_TITLE, [VERIFICATION]), pData(1, 3, echoRq()), releaseRq()]
      : storeConversation(AE_TITLE, {
          sopClassUid: seed.sopClassUid,
          sopInstanceUid: uid,
          transferSyntaxUid: seed.transferSyntaxUid,
          dataSet: aboutInstance(seed, uid)
        })
    for (let n = random.count(3); n > 0 && pdus.length > 0; n--) {
      const at = random.below(pdus.length)
      const change = random.below(8)
      if (change < 5) pdus[at] = mutateBytes(pdus[at]!, random)
      else if (change === 5) pdus.splice(at, 1)
      else if (change === 6)
        pdus.splice(at, 0, random.pick([pdus[at]!, abort(), releaseRq(), random.bytes(random.below(64))]))
      else pdus.push(...pdus.splice(at, 1))
    }
    const pieces = inPieces(Buffer.concat(pdus), random)
    return dimseOutcome(await talk(addressOf(server.dimse), pieces, { hangUp: random.chance(0.15) }))
  }
}

/** Associate, then release, abort, or vanish in the middle of a PDU: what leaks per association shows in memory and sockets. */
export const associations: Target = {
  name: 'associations',
  lanes: 8,
  async run(server, random) {
    const open = [associateRq(AE_TITLE, [VERIFICATION]), pData(1, 3, echoRq())]
    const ending = random.below(4)
    const half = Buffer.concat(open).subarray(0, 1 + random.below(200))
    const pieces = ending === 0 ? [...open, releaseRq()] : ending === 1 ? [...open, abort()] : [half]
    return dimseOutcome(await talk(addressOf(server.dimse), pieces, { hangUp: ending === 2 }))
  }
}
