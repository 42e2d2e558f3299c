import type { Decoded } from '../../../../core/decoded.ts'
import format from '../index.ts'

/** Decodes as the feed 'carts' in Berlin would. */
export function decodeEdf(body: Uint8Array): Decoded {
  const envelope = {
    id: 'E1',
    feed: 'carts',
    family: 'ecg' as const,
    kind: 'edf',
    mediaType: 'application/x-edf',
    receivedAt: '2026-03-10T07:20:00.000Z',
    correlation: {},
    body
  }
  return format.decode(envelope, { name: 'carts', zone: 'Europe/Berlin', codeMap: {}, options: {} }) as Decoded
}

export const recordingOf = (decoded: Decoded) => decoded.groups[0]!.waveforms[0]!
