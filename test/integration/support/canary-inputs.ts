import { buildMrFrame } from '../../../dicom/image/write-mr.ts'
import { buildEcg } from '../../../dicom/waveform/write.ts'
import { simulateEcg } from '../../../server/demo/simulate/ecg.ts'
import { CANARY } from './canary.ts'
import { admission, ecgMessage, hl7, minutes, msh, order, pid, potassium } from './hospital.ts'

const { mrn, family, given, birthDate, free, phone, address, stray } = CANARY
const person = { mrn, family, given, birthDate, sex: 'F' }

/** Messages about the person: good ones, and one for each way of going wrong. */
export function hl7Inputs(now: Date): Record<string, Uint8Array> {
  const base = { at: now, ...person }
  let n = 0
  const id = () => `CN${++n}`
  const oru = (...segments: string[]) => hl7(msh({ type: 'ORU^R01^ORU_R01', controlId: id(), at: now }), ...segments)
  const obr = `OBR|1||${free}^LAB|E^E^L|||20260101`
  const full = `PID|1||${mrn}^^^HOSP^MR~${free}^^^^SS||${family}^${given}||${birthDate}|F|||${address}^^Town||${phone}|||||${free}`
  const good = potassium({ controlId: id(), filler: 'CF1', value: '5.9', collectedAt: now, comment: free, ...base })
  return {
    admission: admission({ controlId: id(), visit: 'CV1', admittedAt: now, ...base }),
    'address and phone': hl7(
      msh({ type: 'ADT^A08^ADT_A01', controlId: id(), at: now }),
      `EVN|A08|20260101`,
      full,
      'PV1|1|I'
    ),
    potassium: good,
    ecg: ecgMessage({ controlId: id(), filler: 'CE1', acquiredAt: minutes(now, -5), latent: 8.2, seed: 7, ...base }),
    order: order({ controlId: id(), placer: 'CP1', placedAt: now, ...base }),
    'another person': potassium({
      controlId: id(),
      filler: 'CF2',
      value: '4',
      collectedAt: now,
      ...base,
      birthDate: '19471230',
      family: 'Canaryother'
    }),
    'a word for a number': potassium({ controlId: id(), filler: 'CF3', value: free, collectedAt: now, ...base }),
    'an unknown code': potassium({
      controlId: id(),
      filler: 'CF4',
      value: '4',
      collectedAt: now,
      code: `${free}^${free}^L`,
      ...base
    }),
    'an unknown unit': oru(pid(person), obr, `OBX|1|NM|K^K^L||4.1|${free}|||||F|||20260101`),
    'a phone for a time': oru(pid(person), `OBR|1||X^LAB|${free}|||${phone}`, `OBX|1|NA|${free}||1^2^3`),
    'no authority': oru(`PID|1||${mrn}^^^^MR||${family}`, obr, `OBX|1|${free}|K^K^L||1`),
    'an unknown segment': oru(`ZZZ|${free}`),
    'no patient': oru(obr, `OBX|1|NM|${free}||1`),
    'an unknown event': hl7(`MSH|^~\\&|LIS|HOSP|HIS|HB|20260101||ADT^A99^${free}|${id()}|P|2.5.1`, pid(person)),
    'an unknown type': hl7(`MSH|^~\\&|LIS|HOSP|HIS|HB|20260101||${stray}^${stray}|${id()}|P|2.5.1`, pid(person)),
    'an unknown version': hl7(`MSH|^~\\&|LIS|HOSP|HIS|HB|20260101||ADT^A01|${id()}|${stray}|${stray}`, pid(person)),
    'a merge of nobody': hl7(
      msh({ type: 'ADT^A40^ADT_A39', controlId: id(), at: now }),
      'EVN|A40|20260101',
      pid(person),
      `MRG|${free}`
    ),
    'an unknown character set': hl7(
      `MSH|^~\\&|LIS|HOSP|HIS|HB|20260101||ADT^A01|${id()}|P|2.5.1||||||${stray}`,
      pid(person)
    ),
    'broken bytes': Buffer.concat([
      Buffer.from(good).subarray(0, 200),
      Buffer.from([0xff, 0xfe, 0x00, 0xc3]),
      Buffer.from(free)
    ]),
    'no message': Buffer.from(`${family} ${free}`),
    'control characters': oru(`${full}\u2028\u0000\u001b[31m${free}`, obr, `OBX|1|ST|${free}||${free}\n${free}`)
  }
}

/** One frame of a cine of the person, whose series stays incomplete. */
const frame = (): Uint8Array =>
  buildMrFrame({
    patient: { id: mrn, issuer: 'HOSP', family, given, birthDate: '1947-12-31', sex: 'F' },
    uids: { study: '2.25.7791', series: '2.25.7792', instance: '2.25.7793' },
    frameOfReferenceUid: '2.25.7794',
    acquiredAt: '20260101080000',
    seriesDescription: free,
    instanceNumber: 1,
    rows: 16,
    columns: 16,
    pixels: new Uint16Array(256),
    pixelSpacing: [2, 2],
    sliceThicknessMm: 8,
    imagePositionPatient: [0, 0, 0],
    imageOrientationPatient: [1, 0, 0, 0, 1, 0],
    sliceLocation: 0,
    triggerTimeMs: 0,
    cardiacNumberOfImages: 30
  })

/** An ECG object about the person, whole and broken in three places, and a piece of a cine. */
export function dicomInputs(): Record<string, Uint8Array> {
  const whole = (n: number): Buffer =>
    Buffer.from(
      buildEcg([simulateEcg({ seed: 9 })], {
        patient: { id: mrn, issuer: 'HOSP', family, given, birthDate: '1947-12-31', sex: 'F' },
        uids: { study: `2.25.77${n}1`, series: `2.25.77${n}2`, instance: `2.25.77${n}3` },
        acquiredAt: '20260101080000',
        statements: [free]
      })
    )
  const flipped = whole(2)
  for (let i = 400; i < flipped.length; i += 997) flipped[i]! ^= 0x5a
  const renamed = whole(3)
  // A length that lies, in the element of the name.
  renamed[renamed.indexOf(`${family}^${given}`) - 2] = 0xee
  return {
    whole: whole(1),
    'flipped bytes': flipped,
    'a lying length': renamed,
    'cut off': whole(4).subarray(0, 1500),
    frame: frame()
  }
}

export interface HttpInput {
  method: string
  path: string
  headers?: Record<string, string>
  body?: string
}

const FHIR = { 'content-type': 'application/fhir+json' }
const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
const patient = (more: object) => JSON.stringify({ resourceType: 'Patient', name: [{ family }], ...more })

/** Requests whose answer must not repeat what they say: each names the person and each goes wrong, or finds nothing. */
export function httpInputs(): Record<string, HttpInput> {
  const post = (path: string, body: string, headers: Record<string, string> = FHIR) => ({
    method: 'POST',
    path,
    body,
    headers
  })
  const entry = (method: string, url: string, resource?: object) => ({ resource, request: { method, url } })
  const bundle = (type: string, ...entries: object[]) =>
    JSON.stringify({ resourceType: 'Bundle', type, entry: entries })
  return {
    'an unknown parameter': { method: 'GET', path: `/fhir/R4/Patient?kode=${mrn}&${stray}=1` },
    'an unknown modifier': { method: 'GET', path: `/fhir/R4/Patient?name:${stray}=${family}` },
    'a bad date': { method: 'GET', path: `/fhir/R4/Patient?birthdate=${free}` },
    'a bad chain': { method: 'GET', path: `/fhir/R4/Observation?subject.${stray}.name=${family}` },
    'a bad search by POST': post('/fhir/R4/Patient/_search', `kode=${mrn}&birthdate=${free}`, FORM),
    'a bad page': { method: 'GET', path: `/fhir/R4/Patient?_page=${free}&_cursor=${free}` },
    'an unknown id': { method: 'GET', path: `/fhir/R4/Patient/${mrn}` },
    'an id that is none': { method: 'GET', path: `/fhir/R4/Patient/${family}%20${given}` },
    'an unknown version': { method: 'GET', path: `/fhir/R4/Patient/${mrn}/_history/${stray}` },
    'an unknown type': { method: 'GET', path: `/fhir/R4/${free}` },
    'an unknown operation': post(`/fhir/R4/Patient/${mrn}/$${stray}`, '{}'),
    'a bad tag': {
      method: 'PUT',
      path: `/fhir/R4/Patient/${mrn}`,
      headers: { ...FHIR, 'if-match': stray },
      body: patient({ id: mrn })
    },
    'a bad condition': {
      method: 'POST',
      path: '/fhir/R4/Patient',
      headers: { ...FHIR, 'if-none-exist': `kode=${mrn}` },
      body: patient({})
    },
    'a bad type of value': post('/fhir/R4/Patient', `{"resourceType":"Patient","name":"${family}"}`),
    'a bad code': post('/fhir/R4/Patient', patient({ birthDate: free, gender: free })),
    'an unknown element': post('/fhir/R4/Patient', patient({ [stray]: free })),
    'a bad reference': post(
      '/fhir/R4/Observation',
      JSON.stringify({
        resourceType: 'Observation',
        status: 'final',
        code: { text: free },
        subject: { reference: `Patient/${mrn}` }
      })
    ),
    'a script': post(
      '/fhir/R4/Patient',
      patient({
        text: { status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml"><script>${free}</script></div>` }
      })
    ),
    'broken JSON': post('/fhir/R4/Patient', `{"resourceType":"Patient","${family}":1,`),
    'a number that is none': post(
      '/fhir/R4/Patient',
      `{"resourceType":"Patient","multipleBirthInteger":1e999,"x":"${free}"}`
    ),
    'another media type': post('/fhir/R4/Patient', free, { 'content-type': `text/${stray}` }),
    'another encoding': post('/fhir/R4/Patient', free, { ...FHIR, 'content-encoding': stray }),
    'a bad patch': {
      method: 'PATCH',
      path: `/fhir/R4/Patient/${mrn}`,
      headers: { 'content-type': 'application/json-patch+json' },
      body: `[{"op":"test","path":"/${stray}","value":"${free}"}]`
    },
    'a bad transaction': post(
      '/fhir/R4',
      bundle('transaction', entry('PUT', `Patient/${mrn}`, { resourceType: 'Patient', id: mrn, gender: free }))
    ),
    'a bad entry': post('/fhir/R4', bundle('transaction', entry(stray, `Patient?identifier=${mrn}`))),
    'a bad conditional reference': post(
      '/fhir/R4',
      bundle(
        'transaction',
        entry('POST', 'Observation', {
          resourceType: 'Observation',
          status: 'final',
          code: { text: 'x' },
          subject: { reference: `Patient?identifier=${stray}` }
        })
      )
    ),
    'a subscription that never fires': post(
      '/fhir/R4/Subscription',
      JSON.stringify({
        resourceType: 'Subscription',
        status: 'requested',
        reason: free,
        criteria: `Patient?${stray}=${mrn}`,
        channel: { type: 'rest-hook', endpoint: `http://127.0.0.1/${stray}` }
      })
    ),
    'an inbound message that is none': post('/inbound/drop', `MSH|${free}`, { 'content-type': 'text/plain' }),
    'an inbound object that is none': post('/inbound/drop', free, { 'content-type': 'application/dicom' }),
    'inbound bytes of nobody': post('/inbound/drop', free, { 'content-type': `application/${stray}` }),
    'an inbound resource of no type': post('/inbound/drop', `{"resourceType":"${stray}","id":"${mrn}"}`),
    'an unknown feed': post(`/inbound/${stray}`, free),
    'an unknown message': { method: 'GET', path: `/admin/messages/${mrn}` },
    'an unknown explanation': { method: 'GET', path: `/admin/explain/RiskAssessment/${mrn}` },
    'an unknown parked item': post('/admin/replay', `{"parkedId":"${free}"}`, { 'content-type': 'application/json' }),
    'a patient that is none': post('/admin/replay', `{"envelopeId":"${mrn}","asPatient":"${free}"}`, {
      'content-type': 'application/json'
    }),
    'broken JSON to the operators': post('/admin/replay', `{"${free}`, { 'content-type': 'application/json' }),
    'an unknown path': { method: 'GET', path: `/${stray}/${mrn}?name=${family}` },
    'an unknown method': { method: 'PURGE', path: `/fhir/R4/Patient/${mrn}` },
    'another format': { method: 'GET', path: `/fhir/R4/Patient?identifier=${mrn}&_format=${stray}` },
    'another host': { method: 'GET', path: `/fhir/R4/Patient?identifier=${mrn}`, headers: { Host: `${stray}.example` } }
  }
}

/** Requests that succeed and are answered with what was asked for: only what the server says of them elsewhere is looked at. */
export function rightfulInputs(): Record<string, HttpInput> {
  const post = (path: string, body: string, headers: Record<string, string>) => ({
    method: 'POST',
    path,
    body,
    headers
  })
  const identifier = [
    { system: `urn:canary:${stray}`, value: mrn, type: { coding: [{ code: 'MR' }] }, assigner: { display: 'HOSP' } }
  ]
  const full = {
    resourceType: 'Patient',
    identifier,
    name: [{ family, given: [given] }],
    birthDate: '1947-12-31',
    telecom: [{ system: 'phone', value: phone }],
    address: [{ line: [address] }],
    text: { status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml">${free}</div>` }
  }
  const message = {
    resourceType: 'Bundle',
    type: 'transaction',
    timestamp: '2026-05-01T08:00:00Z',
    entry: [
      {
        fullUrl: 'urn:uuid:0d0c7b1e-4a5f-4c0b-9b3e-5a8f2d1c7e90',
        resource: full,
        request: { method: 'POST', url: 'Patient' }
      }
    ]
  }
  return {
    'a search by identifier': { method: 'GET', path: `/fhir/R4/Patient?identifier=${mrn}&_sort=-_lastUpdated` },
    'a search by name': { method: 'GET', path: `/fhir/R4/Patient?name=${family}&birthdate=1947-12-31&_count=1` },
    'a chain': { method: 'GET', path: `/fhir/R4/Observation?patient.identifier=${mrn}&_include=Observation:patient` },
    'a search by POST': post('/fhir/R4/Patient/_search', `identifier=${mrn}&name=${family}`, FORM),
    'a create': post('/fhir/R4/Patient', JSON.stringify(full), FHIR),
    'a conditional create': post('/fhir/R4/Patient', JSON.stringify(full), {
      ...FHIR,
      'if-none-exist': `identifier=urn:canary:${stray}|other`
    }),
    'a batch': post(
      '/fhir/R4',
      JSON.stringify({
        resourceType: 'Bundle',
        type: 'batch',
        entry: [{ request: { method: 'GET', url: `Patient?identifier=${mrn}` } }]
      }),
      FHIR
    ),
    'a message': post('/inbound/drop', JSON.stringify(message), FHIR)
  }
}
