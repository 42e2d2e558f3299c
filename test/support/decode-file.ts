import type { Decoded, DecodedWaveform } from '../../core/decoded.ts'
import type { Family } from '../../core/envelope.ts'
import type { FeedFacts, Format } from '../../core/format.ts'

/** Decodes files by one format as a feed would; `options` are the feed's own. */
export function fileDecoder(format: Format, feed: Partial<FeedFacts> = {}) {
  return async (
    body: Uint8Array | string,
    options: Record<string, unknown> = feed.options ?? {},
    { family = format.family, kind = format.name }: { family?: Family; kind?: string } = {}
  ): Promise<Decoded> =>
    format.decode(
      {
        id: 'E1',
        feed: 'files',
        family,
        kind,
        mediaType: format.mediaTypes[0]!,
        receivedAt: '2026-03-10T07:20:00.000Z',
        correlation: { parentEnvelopeId: 'P' },
        body: Buffer.from(body as string)
      },
      { name: 'files', zone: 'Europe/Berlin', codeMap: {}, ...feed, options }
    )
}

/** The one recording of a file. */
export const recordingOf = ({ groups }: Decoded): DecodedWaveform => groups[0]!.waveforms[0]!

/** Who the simulated fixtures are about. */
export const TESTMANN = { family: 'Testmann', given: ['Änne'], birthDate: '1951-03-09', sex: 'female' } as const
