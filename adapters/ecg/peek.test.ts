import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { zipSync } from 'fflate'
import { AppError } from '../../core/errors/app-error.ts'
import { dataPath, dataTest } from '../../test/support/data.ts'
import { peekEcg } from './peek.ts'

const utf16 = (text: string): Buffer => Buffer.from(`\ufeff${text}`, 'utf16le')

test.each([
  ['aecg', Buffer.from('<?xml version="1.0"?><!-- a > b --><AnnotatedECG/>')],
  ['aecg', Buffer.from('\ufeff<hl7:AnnotatedECG xmlns:hl7="urn:hl7-org:v3"/>')],
  ['aecg', utf16('<?xml version="1.0" encoding="UTF-16"?><AnnotatedECG/>')],
  ['muse-xml', Buffer.from('<?xml version="1.0"?><!DOCTYPE RestingECG SYSTEM "restecg.dtd"><RestingECG/>')],
  ['philips-xml', Buffer.from('<restingecgdata xmlns="http://www3.medical.philips.com">')],
  ['edf', Buffer.from('0       X X X X')],
  ['edf', Buffer.from('\xffBIOSEMI', 'latin1')],
  ['wfdb', Buffer.from(zipSync({ 'r/1.atr': new Uint8Array(3), 'r/1.hea': new Uint8Array(40) }))],
  ['ecg-csv', Buffer.from('# site A\ntime,I [mV],"aVR"\n0,1,2\n')],
  ['ecg-csv', Buffer.from('MDC_ECG_LEAD_II;V1\r\n1;2\r\n')]
])('names the kind %s (case %#)', (kind, bytes) => {
  expect(peekEcg(bytes, {}).kind).toBe(kind)
})

test.each([
  Buffer.from(''),
  Buffer.from('<html/>'),
  Buffer.from('name,age\nA,3\n'),
  // The beginning of a report for people.
  Buffer.from('V1, V2: ST elevation\nnext, line\n'),
  Buffer.from('I, II and aVL.'),
  Buffer.from('{"leads":["I","II"],"a":1}'),
  Buffer.from(zipSync({ 'a.txt': new Uint8Array(3) })),
  Buffer.alloc(5000)
])('does not guess (case %#)', (bytes) => {
  expect(() => peekEcg(bytes, {})).toThrow(expect.objectContaining({ code: 'NO_FORMAT', reason: 'unrecognised' }))
})

test('believes the media type only where the bytes say nothing', () => {
  expect(peekEcg(Buffer.from('??'), { mediaType: 'Application/X-BDF; a=b' }).kind).toBe('edf')
  expect(peekEcg(Buffer.from('<RestingECG/>'), { mediaType: 'application/x-aecg+xml' }).kind).toBe('muse-xml')
})

test.each([
  ['MUSE', '<RestingECG><PatientDemographics><PatientID> 17 </PatientID>', '|17'],
  ['Philips', '<restingecgdata><patientid>a b</patientid>', '|a b'],
  ['aECG', '<AnnotatedECG><trialSubject>\n <id root="1.2" extension="S1"/>', '1.2|S1'],
  ['aECG of a cart', '<AnnotatedECG><trialSubject><x><PatientID>9</PatientID>', '|9'],
  ['EDF+', `0       ${'ID7 M X Name'.padEnd(184)}EDF+C`, '|ID7'],
  ['EDF+ of nobody', `0       ${'X X X X'.padEnd(184)}EDF+C`, undefined],
  ['EDF', `0       ${'ID7 whatever'.padEnd(184)}`, undefined]
])('orders the files of one patient: %s', (_, text, key) => {
  expect(peekEcg(Buffer.from(text), {}).key).toBe(key)
})

test('looks at 64 KiB, not more', () => {
  const far = `<RestingECG>${' '.repeat(70_000)}<PatientID>1</PatientID>`
  expect(peekEcg(Buffer.from(far), {})).toEqual({ kind: 'muse-xml', correlation: {} })
})

test('throws only coded errors, whatever the bytes', () => {
  const starts = ['', '0       ', '<AnnotatedECG><trialSubject', 'PK\u0003\u0004', `${'\0'.repeat(16)}SCPECG`, 'I,II\n']
  fc.assert(
    fc.property(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 300 }), (start, rest) => {
      try {
        peekEcg(Buffer.concat([Buffer.from(start, 'latin1'), rest]), {})
      } catch (error) {
        expect(error).toBeInstanceOf(AppError)
      }
    })
  )
})

dataTest('knows every ECG file of the data folder', async () => {
  const files: [string, string, string?][] = [
    ['fda_aecg/subject1_0.xml', 'aecg', '2.16.840.1.113883.3.400|subject1'],
    ['liryc_aecg/hl7aecg_example.xml', 'aecg', '|25060897140'],
    ['philips_sierra/129DYPRG.XML', 'philips-xml', '|1112010721168bdc'],
    ['ecgtoolkit/Example.scp', 'scp-ecg', '|SBJ-123'],
    ['healforce_scp/62.SCP', 'scp-ecg'],
    ['edf/test_subsecond.edf', 'edf'],
    ['edf/test_generator.bdf', 'edf'],
    ['edf/test_legacy.edf.gz', 'edf']
  ]
  for (const [file, kind, key] of files) {
    const peek = peekEcg(readFileSync(dataPath('ecg', 'formats', ...file.split('/'))), {})
    expect({ file, kind: peek.kind, key: peek.key }).toEqual({ file, kind, key })
  }
})
