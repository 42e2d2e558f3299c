/** Unique identifiers of DICOM PS3.6 annex A that His Bundle knows by name. */
export const SOP_CLASS = {
  verification: '1.2.840.10008.1.1',
  twelveLeadEcg: '1.2.840.10008.5.1.4.1.1.9.1.1',
  generalEcg: '1.2.840.10008.5.1.4.1.1.9.1.2',
  ambulatoryEcg: '1.2.840.10008.5.1.4.1.1.9.1.3',
  general32BitEcg: '1.2.840.10008.5.1.4.1.1.9.1.4',
  mrImage: '1.2.840.10008.5.1.4.1.1.4',
  enhancedMrImage: '1.2.840.10008.5.1.4.1.1.4.1'
} as const

export const ECG_SOP_CLASSES: readonly string[] = [
  SOP_CLASS.twelveLeadEcg,
  SOP_CLASS.generalEcg,
  SOP_CLASS.ambulatoryEcg,
  SOP_CLASS.general32BitEcg
]
export const MR_SOP_CLASSES: readonly string[] = [SOP_CLASS.mrImage, SOP_CLASS.enhancedMrImage]

export const TRANSFER_SYNTAX = {
  implicitLittle: '1.2.840.10008.1.2',
  explicitLittle: '1.2.840.10008.1.2.1',
  deflated: '1.2.840.10008.1.2.1.99',
  explicitBig: '1.2.840.10008.1.2.2',
  rle: '1.2.840.10008.1.2.5',
  jpegBaseline: '1.2.840.10008.1.2.4.50',
  jpegLossless: '1.2.840.10008.1.2.4.70',
  jpegLsLossless: '1.2.840.10008.1.2.4.80',
  jpegLsNearLossless: '1.2.840.10008.1.2.4.81',
  jpeg2000Lossless: '1.2.840.10008.1.2.4.90',
  jpeg2000: '1.2.840.10008.1.2.4.91'
} as const

/** Syntaxes whose pixel data is a plain array; every other one that is taken is encapsulated. */
export const NATIVE_TRANSFER_SYNTAXES: readonly string[] = [
  TRANSFER_SYNTAX.explicitLittle,
  TRANSFER_SYNTAX.implicitLittle,
  TRANSFER_SYNTAX.explicitBig,
  TRANSFER_SYNTAX.deflated
]

/** In order of preference in negotiation (PS3.8 annex D). */
export const ACCEPTED_TRANSFER_SYNTAXES: readonly string[] = [
  TRANSFER_SYNTAX.explicitLittle,
  TRANSFER_SYNTAX.implicitLittle,
  TRANSFER_SYNTAX.explicitBig,
  TRANSFER_SYNTAX.deflated,
  TRANSFER_SYNTAX.rle,
  TRANSFER_SYNTAX.jpegLsLossless,
  TRANSFER_SYNTAX.jpeg2000Lossless,
  TRANSFER_SYNTAX.jpegLossless,
  TRANSFER_SYNTAX.jpegLsNearLossless,
  TRANSFER_SYNTAX.jpeg2000,
  TRANSFER_SYNTAX.jpegBaseline
]

/** Ours, in file meta and in association negotiation (PS3.7 D.3.3.2): a UUID-derived UID (PS3.5 B.2). */
export const IMPLEMENTATION_CLASS_UID = '2.25.144738214206917043250116837418246392'
export const IMPLEMENTATION_VERSION_NAME = 'HISBUNDLE_1'

/** 64 characters of digits and dots (PS3.5 9.1). Empty components, which real carts write, are let through. */
export const isUid = (text: string): boolean => /^[0-9][0-9.]{0,63}$/.test(text)

/** The UID of a UUID: 2.25 and the UUID as one integer (PS3.5 B.2). */
export const uidOfUuid = (uuid: string): string => `2.25.${BigInt(`0x${uuid.replaceAll('-', '')}`)}`
