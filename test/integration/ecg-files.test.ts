import { readFileSync } from 'node:fs'
import type { Observation, Patient } from '@medplum/fhirtypes'
import { authoritySystem } from '../../fhir-profiles/index.ts'
import { buildWorld, type World } from '../support/world.ts'

/** ECG files by the two ways they come without DICOM: posted, and inside a result message. */
let world: World
beforeAll(async () => {
  const feed = { transport: 'http-drop', defaultAuthority: 'HOSP', zone: 'Europe/Berlin', codeMap: {} }
  world = await buildWorld({
    mode: 'off',
    config: {
      feeds: [
        { ...feed, name: 'drop', options: {} },
        { ...feed, name: 'muse', options: { museExternalDoctype: true } }
      ]
    }
  })
})
afterAll(() => world?.stop())

const fixture = (path: string): Buffer => readFileSync(new URL(`../../adapters/formats/${path}`, import.meta.url))

/** The file of another person: the same bytes with another id of the same length. */
function ofPerson(file: Buffer, from: string, to: string): Buffer {
  const [encoding = 'latin1'] = (['latin1', 'utf16le'] as const).filter((one) => file.includes(Buffer.from(from, one)))
  return Buffer.from(file.toString(encoding).replaceAll(from, to), encoding)
}

async function post(body: Uint8Array, contentType: string, feed = 'drop'): Promise<{ status: number; text: string }> {
  const response = await fetch(`${world.http}/inbound/${feed}`, {
    method: 'POST',
    headers: { 'content-type': contentType, prefer: 'wait=10' },
    body: Uint8Array.from(body)
  })
  return { status: response.status, text: await response.text() }
}

async function ecgsOf(authority: string, id: string): Promise<Observation[]> {
  const [patient] = await world.search<Patient>(`Patient?identifier=${encodeURIComponent(`${authority}|${id}`)}`)
  return patient
    ? world.search<Observation>(`Observation?patient=Patient/${patient.id}&code=http://loinc.org|11524-6`)
    : []
}

const shape = ({ status, effectiveDateTime, component = [], device }: Observation) => ({
  status,
  at: effectiveDateTime && new Date(effectiveDateTime).toISOString(),
  leads: component.length,
  samples: component[0]?.valueSampledData?.data?.split(' ').length,
  device: device?.display
})

const oru = (controlId: string, file: Uint8Array): Buffer =>
  Buffer.from(
    [
      `MSH|^~\\&|CART|WARD|HB|H|20260301080000||ORU^R01^ORU_R01|${controlId}|P|2.5.1`,
      'PID|1||P-1^^^HOSP^MR||Testmann^Anna',
      'OBR|1|||ECG^Electrocardiogram^L|||20260301081500',
      `OBX|1|ED|ECGFILE^File^L||CART^Application^octet-stream^Base64^${Buffer.from(file).toString('base64')}||||||F`,
      ''
    ].join('\r')
  )

/** From the notes beside the fixtures. */
const FILES = [
  {
    format: 'aecg',
    path: 'aecg/fixtures/three-leads.xml',
    person: { authority: '2.25.7', id: 'S-17' },
    ecg: { status: 'final', at: '2026-03-01T07:15:00.250Z', leads: 3, samples: 280, device: 'Maker Model A' }
  },
  {
    format: 'muse-xml',
    path: 'muse-xml/fixtures/eight-leads.xml',
    person: { authority: 'HOSP', id: 'T-100' },
    ecg: { status: 'final', at: '2026-03-01T07:15:00.000Z', leads: 12, samples: 120, device: 'GE MAC55' }
  },
  {
    format: 'philips-xml',
    path: 'philips-xml/fixtures/xli-103.xml',
    person: { authority: 'HOSP', id: 'T-100' },
    ecg: { status: 'final', at: '2026-03-01T07:15:00.000Z', leads: 12, samples: 250, device: 'Maker Cart X' }
  }
]

describe.each(FILES)('$format', ({ format, path, person, ecg }) => {
  test('posted becomes one ECG Observation, and stays one when it comes again', async () => {
    const file = ofPerson(fixture(path), person.id, idOf('D', format, person.id))
    for (const contentType of ['application/octet-stream', 'text/xml']) {
      expect(await post(file, contentType)).toEqual({ status: 200, text: expect.stringContaining('"recorded"') })
    }
    const found = await ecgsOf(authoritySystem(person.authority), idOf('D', format, person.id))
    expect(found.map(shape)).toEqual([ecg])
  })

  test('in an ED of a result message becomes one too', async () => {
    const id = idOf('E', format, person.id)
    const answer = await post(oru(`M-${format}`, ofPerson(fixture(path), person.id, id)), 'x-application/hl7-v2+er7')
    expect(answer).toEqual({ status: 200, text: expect.stringContaining('"recorded"') })
    const found = await world.until('the ECG of the embedded file', async () => {
      const ecgs = await ecgsOf(authoritySystem(person.authority), id)
      return ecgs.length > 0 && ecgs
    })
    expect(found.map(shape)).toEqual([ecg])
  })
})

/** An id of the same length, so that no length in a file changes. */
const idOf = (letter: string, format: string, like: string): string =>
  `${letter}${format.toUpperCase()}XXXX`.slice(0, like.length)

describe('what is refused', () => {
  const exported = Buffer.from(
    fixture('muse-xml/fixtures/eight-leads.xml')
      .toString('latin1')
      .replace('<RestingECG>', '<!DOCTYPE RestingECG SYSTEM "restecg.dtd">\n<RestingECG>')
      .replace('T-100', 'DT-10'),
    'latin1'
  )

  test('a DOCTYPE is parked by code, unless the feed allows that of MUSE exports', async () => {
    const answer = await post(exported, 'text/xml')
    expect(JSON.parse(answer.text)).toMatchObject({
      state: 'parked',
      error: { code: 'DECODE_FAILED', reason: 'doctype' }
    })
    expect((await post(Buffer.concat([exported, Buffer.from('\n')]), 'text/xml', 'muse')).text).toContain('"recorded"')
  })

  test('XML that is no ECG is not taken', async () => {
    const { status, text } = await post(Buffer.from('<ClinicalDocument xmlns="urn:hl7-org:v3"/>'), 'text/xml')
    expect([status, text]).toEqual([415, expect.stringContaining('NO_FORMAT')])
  })
})
