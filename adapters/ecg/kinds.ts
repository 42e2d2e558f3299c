/** Kinds that `peekEcg` names, with the media type under which a file of the kind travels. */
export const ECG_KINDS = {
  aecg: 'application/x-aecg+xml',
  'muse-xml': 'application/x-muse+xml',
  'philips-xml': 'application/x-philips-sierra+xml',
  'scp-ecg': 'application/x-scp-ecg',
  /** EDF, EDF+, BDF, BDF+. */
  edf: 'application/x-edf',
  /** A zip that holds a header (.hea) and its signal files. */
  wfdb: 'application/x-wfdb',
  'ecg-csv': 'text/csv',
  /** A strip of a live lead, as `strip.ts` writes it. */
  'ecg-strip': 'application/x-hisbundle-ecg-strip'
} as const

export type EcgKind = keyof typeof ECG_KINDS

/** Other names under which senders post the same. */
const SYNONYMS: Readonly<Record<string, EcgKind>> = {
  'application/x-bdf': 'edf',
  'application/edf': 'edf',
  'application/scp-ecg': 'scp-ecg',
  'application/x-wfdb+zip': 'wfdb'
}

const BY_MEDIA_TYPE: ReadonlyMap<string, EcgKind> = new Map([
  ...Object.entries(SYNONYMS),
  ...Object.entries(ECG_KINDS).map(([kind, mediaType]) => [mediaType as string, kind as EcgKind] as const)
])

/** Kind by media type; parameters and case do not count; undefined for every other type. */
export const ecgKindOf = (mediaType: string): EcgKind | undefined =>
  BY_MEDIA_TYPE.get(mediaType.split(';', 1)[0]!.trim().toLowerCase())
