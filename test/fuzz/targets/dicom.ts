import { buildPart10 } from '../../../dicom/part10.ts'
import { mutateBytes } from '../support/bytes.ts'
import { damage } from '../support/dicom-mutations.ts'
import { aboutInstance, instanceUid, SEEDS, sopInstanceOf } from '../support/dicom-seeds.ts'
import { dimseOutcome } from '../support/dimse-answers.ts'
import { storeConversation } from '../support/dimse-bytes.ts'
import { postFile } from '../support/http-answers.ts'
import type { Random } from '../support/random.ts'
import { addressOf, talk } from '../support/talk.ts'
import type { Target } from '../support/target.ts'

const PREAMBLES = ['MZ\x90\0', '%PDF-1.7', '#!/bin/sh\n', 'II*\0', '']

/** DICOM objects: cut, flipped, nested, lied to in length and dimension, deflated; by C-STORE and as files. */
export const dicom: Target = {
  name: 'dicom',
  lanes: 16,
  async run(server, random, number) {
    const seed = random.pick(SEEDS)
    const uid = instanceUid(number)
    const damaged = damage(aboutInstance(seed, uid), seed.transferSyntaxUid, random, number)
    const facts = { sopClassUid: seed.sopClassUid, sopInstanceUid: sopInstanceOf(damaged.dataSet), ...damaged }
    if (random.chance(0.5)) {
      return dimseOutcome(await talk(addressOf(server.dimse), storeConversation('HISBUNDLE', facts)))
    }
    return postFile(server.http, 'application/dicom', asFile({ ...facts, sopInstanceUid: uid }, random))
  }
}

function asFile(
  facts: { sopClassUid: string; sopInstanceUid: string; transferSyntaxUid: string; dataSet: Buffer },
  random: Random
): Buffer {
  const file = Buffer.from(buildPart10(facts, facts.dataSet))
  file.write(random.pick(PREAMBLES), 0, 'latin1')
  if (random.chance(0.2)) return Buffer.concat([mutateBytes(file.subarray(0, 400), random), file.subarray(400)])
  return file
}
