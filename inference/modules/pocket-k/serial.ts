import type { Models } from '../../../core/model.ts'
import type { SegmentName } from '../../explain/beat-segments.ts'
import { segmentMeasures } from '../../explain/segment-measures.ts'
import { gate } from './gate.ts'
import { infer, meanEmbedding, takesReference } from './infer.ts'
import { ROLE } from './manifest.ts'
import { prepare } from './prepare.ts'
import { qrsDurationMs } from './rhythm.ts'
import type { OwnReference, ReferenceFindings, SerialChange } from './types.ts'
import type { LeadWaves } from './waves.ts'

/** From this duration on a QRS is wide. */
const WIDE_QRS_MS = 120

const COMPARED: [SerialChange['name'], SegmentName, measure: string][] = [
  ['t-amplitude', 't', 'amplitude'],
  ['t-width', 't', 'width'],
  ['p-amplitude', 'p', 'amplitude'],
  ['pr-interval', 'pr', 'interval'],
  ['qrs-duration', 'qrs', 'duration']
]

/** The own reference tracing as the model and the eye see it. */
export interface ReadReference {
  /** What the model is given as `ref`: mean over the clips; absent where it takes none. */
  embedding?: Float32Array
  /** The QRS was wide then: a wide QRS now is nothing new. */
  isWide: boolean
  waves: LeadWaves
  findings: Omit<ReferenceFindings, 'without'>
}

/**
 * Reads the reference: the model's view of it by itself (flag 0), and what changed since, measured.
 *
 * @returns undefined for a tracing that the screen itself would refuse: it is no measure of anything
 */
export async function readReference(
  reference: OwnReference,
  now: LeadWaves,
  models: Models
): Promise<ReadReference | undefined> {
  const manifest = models.manifest(ROLE)
  const gated = gate({ lead: reference.lead, adultVouched: true })
  if (!gated.pass) return undefined
  const earlier = gated.waves
  const embedding = takesReference(manifest)
    ? meanEmbedding(await infer(prepare(manifest, reference.lead), models))
    : undefined
  return {
    ...(embedding ? { embedding } : {}),
    isWide: qrsDurationMs(earlier.delineation) >= WIDE_QRS_MS,
    waves: earlier,
    findings: {
      ecg: reference.ecg,
      ...(reference.potassium ? { potassium: reference.potassium.value } : {}),
      ...(reference.days === undefined ? {} : { days: reference.days }),
      changes: changesBetween(earlier, now)
    }
  }
}

function changesBetween(earlier: LeadWaves, now: LeadWaves): SerialChange[] {
  return COMPARED.flatMap(([name, segment, measure]): SerialChange[] => {
    const of = ({ samples, delineation }: LeadWaves) =>
      segmentMeasures(segment, samples, delineation).find((one) => one.name === measure)
    const [before, after] = [of(earlier), of(now)]
    return before && after ? [{ name, now: after.value, earlier: before.value, unit: after.unit }] : []
  })
}
