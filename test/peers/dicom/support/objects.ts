import { buildMrFrame } from '../../../../dicom/image/write-mr.ts'
import { buildEcg, type EcgWriteOptions } from '../../../../dicom/waveform/write.ts'
import { simulateCine } from '../../../../server/demo/simulate/cine.ts'
import { simulateEcg } from '../../../../server/demo/simulate/ecg.ts'

export interface PeerObject {
  /** SOP Instance UID */
  uid: string
  bytes: Uint8Array
}

const PATIENT = {
  id: '9001',
  issuer: 'HOSP',
  family: 'Gegenstelle',
  given: 'Petra',
  birthDate: '1955-05-05',
  sex: 'F'
} as const
const SIZE = 64
/** A peer keeps what it got before: each run has UIDs of its own. */
const ROOT = `2.25.${process.hrtime.bigint()}`
let count = 0
const uids = () => ({ study: `${ROOT}.1.${++count}`, series: `${ROOT}.2.${count}`, instance: `${ROOT}.3.${count}` })
const aMinuteAgo = (): string => new Date(Date.now() - 60_000).toISOString().replace(/[-:T]/g, '').slice(0, 14)

/** A simulated ECG, acquired a minute ago. */
export function ecg(options: Partial<EcgWriteOptions> = {}): PeerObject {
  const own = uids()
  const bytes = buildEcg([simulateEcg({ seed: count })], {
    patient: PATIENT,
    uids: own,
    acquiredAt: aMinuteAgo(),
    utcOffset: '+0000',
    synthetic: true,
    sensitivityUv: 5,
    ...options
  })
  return { uid: own.instance, bytes }
}

/** One slice of a simulated cine, an object a phase; `bits` of each pixel that are kept. */
export function cine(phases: number, { bits = 12 } = {}): PeerObject[] {
  const own = uids()
  return simulateCine({ seed: 7, slices: 1, phases, size: SIZE }).map(({ pixels }, phase) => {
    const instance = `${own.instance}.${phase + 1}`
    const bytes = buildMrFrame({
      patient: PATIENT,
      uids: { ...own, instance },
      frameOfReferenceUid: `${ROOT}.4`,
      acquiredAt: aMinuteAgo(),
      seriesDescription: 'CINE simulated',
      instanceNumber: phase + 1,
      rows: SIZE,
      columns: SIZE,
      pixels: pixels.map((value) => value >> (12 - bits)),
      pixelSpacing: [2, 2],
      sliceThicknessMm: 8,
      imagePositionPatient: [0, 0, 0],
      imageOrientationPatient: [1, 0, 0, 0, 1, 0],
      sliceLocation: 0,
      triggerTimeMs: phase * 100,
      cardiacNumberOfImages: phases
    })
    return { uid: instance, bytes }
  })
}
