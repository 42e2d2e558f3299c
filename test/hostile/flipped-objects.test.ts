import { AppError } from '../../core/errors/app-error.ts'
import { readFrames } from '../../dicom/image/frames.ts'
import { framePixels } from '../../dicom/image/pixels.ts'
import { readPart10 } from '../../dicom/read.ts'
import { sampleEcg, sampleMr } from '../../dicom/testing/samples.ts'
import { readWaveforms } from '../../dicom/waveform/read.ts'
import { mutateBytes } from '../fuzz/support/bytes.ts'
import { Random } from '../fuzz/support/random.ts'
import { believing } from './flipped-objects.vulnerable.ts'
import { heldAndSeenFailing } from './held-and-seen-failing.ts'

type Read = (file: Uint8Array) => unknown
const SEED = Number(process.env['TEST_SEED'] ?? 35)
const AT = { text: '2026', precision: 'year' } as const

/** Objects whose reading ended neither well nor with a code, by their number. By the running server: test/fuzz/run.ts dicom. */
function uncoded(read: Read, file: Uint8Array, damaged: (number: number) => Uint8Array): number[] {
  return Array.from({ length: 400 }, (_, number) => number).filter((number) => {
    try {
      read(damaged(number % file.length))
      return false
    } catch (error) {
      return !(error instanceof AppError)
    }
  })
}
const [ecg, mr] = [sampleEcg(8), sampleMr()]
const flipped = (file: Uint8Array) => (number: number) => mutateBytes(file, new Random(SEED, number))

heldAndSeenFailing<Read>(
  'a damaged object is read or refused by code (A3-35a)',
  {
    'ECGs with flipped bytes': (read) =>
      expect({ SEED, uncoded: uncoded(read, ecg, flipped(ecg)) }).toEqual({ SEED, uncoded: [] }),
    'images with flipped bytes': (read) =>
      expect({ SEED, uncoded: uncoded(read, mr, flipped(mr)) }).toEqual({ SEED, uncoded: [] }),
    'an image cut anywhere': (read) => expect(uncoded(read, mr, (number) => mr.subarray(0, 132 + number))).toEqual([])
  },
  {
    real(file) {
      const read = readPart10(file)
      if (read.dataSet.element(0x54000100)) return readWaveforms(read.dataSet, AT)
      return [readFrames(read.dataSet), framePixels(read, 1)]
    },
    weak: believing
  }
)
