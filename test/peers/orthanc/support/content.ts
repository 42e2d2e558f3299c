import type { DataSet } from '../../../../dicom/data-set.ts'
import { readPart10 } from '../../../../dicom/read.ts'

type Content = { [tag: string]: string | Content[] }

/**
 * Every element of a file with its value, sequences by item. Orthanc writes lengths of its own choice, so two encodings of one
 * object are compared by this and not by their bytes.
 */
export const contentOf = (file: Uint8Array): Content => elementsOf(readPart10(file).dataSet)

function elementsOf(set: DataSet): Content {
  const entries = set.tags().map((tag): [string, string | Content[]] => {
    const items = set.element(tag)?.items
    const name = tag.toString(16).padStart(8, '0')
    return [name, items ? items.map(elementsOf) : Buffer.from(set.value(tag) ?? []).toString('base64')]
  })
  return Object.fromEntries(entries)
}
