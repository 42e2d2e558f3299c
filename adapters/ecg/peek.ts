import type { PeekFn } from '../../core/envelope.ts'
import { AppError } from '../../core/errors/app-error.ts'
import { ecgKindOf } from './kinds.ts'
import { patientKey } from './patient-key.ts'
import { PEEK_BYTES, recogniseEcg } from './recognise.ts'

/**
 * `peek` of the family ecg: the kind by the first 64 KiB (`kinds.ts`), else by the media type that the sender named; key
 * 'authority|patient id' where it stands there, with an empty authority where the file knows none.
 *
 * @throws AppError NO_FORMAT (reason 'unrecognised') when neither tells
 */
export const peekEcg: PeekFn = (bytes, { mediaType = '', correlation = {} }) => {
  const kind = recogniseEcg(bytes) ?? ecgKindOf(mediaType)
  if (!kind) throw new AppError('NO_FORMAT', { reason: 'unrecognised' })
  const key = patientKey(kind, bytes.subarray(0, PEEK_BYTES))
  return { ...(key ? { key } : {}), kind, correlation }
}
