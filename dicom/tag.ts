/** Tags as numbers 0xGGGGEEEE; positions in errors as '(GGGG,EEEE)'. */
export function tagPosition(tag: number): string {
  const hex = tagHex(tag)
  return `(${hex.slice(0, 4)},${hex.slice(4)})`
}

/** 'GGGGEEEE', the key of DICOM JSON. */
export const tagHex = (tag: number): string => (tag >>> 0).toString(16).toUpperCase().padStart(8, '0')
