import { readdirSync, readFileSync } from 'node:fs'
import { HL7Message } from 'hl7v2'
import { dataPath, dataTest } from '../../test/support/data.ts'
import { parseMessage } from './parse.ts'
import { splitMessages } from './split.ts'

/** Dates and times are left out: the library rewrites them (library-faults.test.ts). */
const TIME = /^\d{4,14}(\.\d+)?([+-]\d{4})?$|^\d\d:\d\d:\d\d$/

/** First component of every field of every segment as two independent readers see it: ours and hl7v2 1.8.0. */
function compare(bytes: Uint8Array): { fields: number; different: string[] } {
  const ours = parseMessage(bytes)
  const theirs = HL7Message.parse(ours.segments.map(segmentText).join('\r'))
  let fields = 0
  const different: string[] = []
  ours.segments.forEach((segment, i) => {
    for (let field = segment.name === 'MSH' ? 3 : 1; field <= 40; field++) {
      const text = segment.get(field)
      if (text === '' || text === '""' || TIME.test(text)) continue
      fields++
      const value = String(theirs.segments[i]!.field(field)?.getValue(1) ?? '')
      // The library leaves \.br\ as it is, and keeps sub-components where its dictionary knows none.
      const seen = value.replaceAll('\\.br\\', '\n').split('&', 1)[0]
      if (seen !== text.split('&', 1)[0]) different.push(`${segment.name}-${field}`)
    }
  })
  return { fields, different }
}

const segmentText = (segment: ReturnType<typeof parseMessage>['segments'][number]): string => {
  const fields = Array.from({ length: 60 }, (_, i) => segment.raw(i + 1))
  if (segment.name === 'MSH') return `MSH|${fields.slice(1).join('|')}`.replace(/\|+$/, '')
  return `${segment.name}|${fields.join('|')}`.replace(/\|+$/, '')
}

dataTest('agrees with the hl7v2 library on every field of the data folder that is no time', async () => {
  let fields = 0
  const different: string[] = []
  for (const folder of ['cdc_reportstream', 'ms_fhir_converter']) {
    for (const file of readdirSync(dataPath('hl7v2', folder)).filter((name) => name.endsWith('.hl7'))) {
      for (const part of splitMessages(readFileSync(dataPath('hl7v2', folder, file)))) {
        const found = compare(part)
        fields += found.fields
        different.push(...found.different)
      }
    }
  }
  expect(fields).toBeGreaterThan(1500)
  expect([...new Set(different)].sort()).toEqual([])
})
