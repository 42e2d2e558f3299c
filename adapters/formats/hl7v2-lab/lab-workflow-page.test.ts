import { readFileSync } from 'node:fs'
import type { Observation } from '@medplum/fhirtypes'
import { LOINC } from '../../../fhir-profiles/index.ts'
import { assertValid, envelopeOf, feedOf, resourcesOf } from '../../../test/support/decoded-valid.ts'
import { parseMessage } from '../../hl7v2/parse.ts'
import lab from './index.ts'

/** The messages of docs/lab-workflow.md are what they are said to be. */
const PAGE = readFileSync(new URL('../../../docs/lab-workflow.md', import.meta.url), 'utf8')
const messages = [...PAGE.matchAll(/```hl7\n([^`]+)```/g)].map(([, text = '']) => text.trimEnd().split('\n').join('\r'))
const facts = { codeMap: { observations: { 'L|K': LOINC.potassiumSerum }, orders: { 'L|KSCREEN': 'pocket-k' } } }

test('every message of the page parses without a remark, and every inbound one decodes', () => {
  expect(messages.map((text) => text.split('|')[8]?.split('^')[0])).toEqual(['OML', 'ORL', 'ORU', 'ORU', 'ORU', 'ORU'])
  const potassium: [string, boolean][] = []
  for (const text of messages) {
    const body = Buffer.from(`${text}\r`)
    const parsed = parseMessage(body)
    expect(parsed.leniencies).toEqual([])
    if (parsed.field('MSH', 3) !== 'LIS') continue
    const decoded = lab.decode(envelopeOf(body), feedOf(facts))
    if ('then' in decoded) throw new Error('decodes at once')
    assertValid(decoded)
    for (const { resource } of resourcesOf(decoded))
      if (resource.resourceType === 'Observation') {
        const { status, interpretation = [] } = resource as Observation
        potassium.push([status, interpretation.some(({ coding }) => coding?.[0]?.code === 'specimen-haemolysed')])
      }
  }
  expect(potassium).toEqual([
    ['final', true],
    ['cancelled', false]
  ])
})
