import { readFileSync } from 'node:fs'
import { mediaTypeOf } from './media-type.ts'

const fixture = (path: string): Buffer => readFileSync(new URL(`../${path}`, import.meta.url))
const UNSAID = { type: 'Application', subtype: 'octet-stream' }

test.each([
  ['application/x-aecg+xml', fixture('aecg/fixtures/three-leads.xml')],
  ['application/x-muse+xml', fixture('muse-xml/fixtures/eight-leads.xml')],
  ['application/x-philips-sierra+xml', fixture('philips-xml/fixtures/xli-103.xml')],
  ['application/x-philips-sierra+xml', fixture('philips-xml/fixtures/base64-104.xml')],
  ['text/csv', fixture('ecg-csv/fixtures/four-leads.csv')],
  ['application/dicom', fixture('dicom-waveform/fixtures/twelve-lead.dcm')],
  ['application/pdf', Buffer.from('%PDF-1.7\n')],
  ['application/xml', Buffer.from('<?xml version="1.0"?><ClinicalDocument/>')]
])('knows %s by its bytes (case %#)', (mediaType, bytes) => {
  expect(mediaTypeOf(bytes, UNSAID)).toBe(mediaType)
})

test.each([
  ['text/plain', 'V1, V2: ST elevation\nas before\n', { type: 'TEXT', subtype: 'plain' }],
  ['text/html', '<html><body>I, II</body></html>', { type: 'TEXT', subtype: 'HTML' }],
  ['application/octet-stream', 'nothing known', { type: '', subtype: '' }]
])('believes what the ED says of other bytes: %s', (mediaType, text, stated) => {
  expect(mediaTypeOf(Buffer.from(text), stated)).toBe(mediaType)
})
