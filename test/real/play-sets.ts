import type { World } from '../support/world.ts'
import type { EcgRecord } from './ecg-record.ts'
import { type EcgComparison, playBothWays } from './play-ecg.ts'

/** Minutes before now of the first tracing; each record is another patient. */
const ACQUIRED_MINUTES_AGO = 5

/** Plays records, every other one by HL7 v2 first, prints one line of figures, gives the worst distances in LSB. */
export async function playEcgSet(world: World, set: string, records: Iterable<EcgRecord>) {
  const comparisons: EcgComparison[] = []
  for (const record of records) {
    const n = comparisons.length
    const acquiredAt = new Date(Date.now() - ACQUIRED_MINUTES_AGO * 60_000)
    const number = [...record.name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1_000_000_007, 7)
    const played = { patient: record.name, acquiredAt, uid: `2.25.${number}`, controlId: record.name }
    comparisons.push(await playBothWays(world, record, played, n % 2 === 0 ? 'dicom' : 'hl7v2'))
  }
  const worst = (of: (one: EcgComparison) => number): number => Math.max(...comparisons.map(of))
  const worstLsb = {
    dicom: worst(({ blobLsb }) => blobLsb.dicom),
    hl7v2: worst(({ blobLsb }) => blobLsb.hl7v2),
    fhir: worst(({ fhirLsb }) => fhirLsb)
  }
  const samples = comparisons.reduce((sum, one) => sum + one.samples, 0)
  const figures = Object.entries(worstLsb).map(([way, lsb]) => `${way} ${lsb.toExponential(1)}`)
  process.stdout.write(
    `${set}: ${comparisons.length} records, ${samples} samples by each way; largest distance in LSB: ${figures.join(', ')}\n`
  )
  return { comparisons, worstLsb }
}
