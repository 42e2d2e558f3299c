import { dataTest } from '../support/data.ts'
import { buildWorld } from '../support/world.ts'
import { type EcgSet, readRecord, recordPaths } from './ecg-record.ts'
import { playEcgSet } from './play-sets.ts'

/** Six of each set here; `env node test/real/play-all.ts` plays all. */
const COUNT = 6

describe('real 12-lead ECGs through the sockets', () => {
  dataTest(
    'LUDB and PTB-XL come back within one least significant bit, by DICOM and by HL7 v2, in blob and SampledData',
    async () => {
      const world = await buildWorld({ mode: 'shadow' })
      try {
        for (const set of ['ludb', 'ptbxl'] satisfies EcgSet[]) {
          const records = recordPaths(set, COUNT).map((path) => readRecord(set, path))
          const { comparisons, worstLsb } = await playEcgSet(world, set, records)
          expect(comparisons).toHaveLength(COUNT)
          expect(worstLsb.dicom).toBeLessThanOrEqual(1)
          // The HL7 v2 message holds the converter's counts: only the float32 of the blob may differ.
          expect(worstLsb.hl7v2).toBeLessThan(0.001)
          expect(worstLsb.fhir).toBeLessThanOrEqual(1)
        }
      } finally {
        await world.stop()
      }
    },
    120_000
  )
})
