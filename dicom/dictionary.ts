import dcmjs from 'dcmjs'
import { tagPosition } from './tag.ts'

const entries = dcmjs.data.DicomMetaDictionary.dictionary
const known = new Map<number, string>()

/** VR of a tag by the data dictionary of PS3.6 (dcmjs's copy), for implicit VR; 'UN' for what is not in it. */
export function vrOf(tag: number): string {
  let vr = known.get(tag)
  if (vr === undefined) {
    vr = normalise(entries[tagPosition(tag)]?.vr)
    // Unknown tags come from outside: they are not remembered, so that the map stays bounded.
    if (vr !== 'UN') known.set(tag, vr)
  }
  return vr
}

/** dcmjs writes 'ox' and 'xs' for the attributes with a choice of VR. */
function normalise(vr: string | undefined): string {
  if (vr === undefined) return 'UN'
  if (vr === 'ox') return 'OW'
  if (vr === 'xs') return 'US'
  return /^[A-Z]{2}$/.test(vr) ? vr : 'UN'
}
