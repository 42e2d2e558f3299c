import type { DataSet } from '../data-set.ts'

/** More statements than any cart writes; the rest is left out. */
const MAX_STATEMENTS = 500

/**
 * What the cart stated, in its words: Waveform Annotation Sequence (0040,B020), PS3.3 C.10.10. Free text as it is, measurements
 * as 'meaning = value unit', coded findings as 'meaning: value meaning'.
 */
export function readStatements(dataSet: DataSet): string[] {
  return dataSet
    .items(0x0040b020)
    .slice(0, MAX_STATEMENTS)
    .map((item) => item.texts(0x00700006)[0] || measurement(item) || finding(item))
    .filter((text): text is string => text !== undefined && text !== '')
}

function measurement(item: DataSet): string | undefined {
  const name = meaning(item, 0x0040a043)
  const value = item
    .texts(0x0040a30a)
    .filter((text) => text !== '')
    .join('\\')
  const unit = item.items(0x004008ea)[0]?.text(0x00080100)
  return name && value ? [`${name} = ${value}`, unit].filter(Boolean).join(' ') : undefined
}

/** Marks in time (onsets, peaks) are no statements. */
function finding(item: DataSet): string | undefined {
  if (item.text(0x0040a130)) return undefined
  const parts = [meaning(item, 0x0040a043), meaning(item, 0x0040a168)].filter(Boolean)
  return parts.length > 0 ? parts.join(': ') : undefined
}

const meaning = (item: DataSet, tag: number): string | undefined => item.items(tag)[0]?.text(0x00080104)
