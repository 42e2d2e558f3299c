import { readFileSync } from 'node:fs'
import type { Waveform } from '../../core/waveform.ts'
import { buildMrFrame } from '../../dicom/image/write-mr.ts'
import { buildEcg } from '../../dicom/waveform/write.ts'
import { decodeWaveformBlob } from '../record/waveform-blob.ts'
import { CHARTS, EMIL, MOMENT_AHEAD_MS } from './intensive-care.ts'
import {
  admission,
  cartEcg,
  chart,
  type DemoPatient,
  type Header,
  labResult,
  merge,
  screeningOrder
} from './messages.ts'
import type { CinePhantom } from './simulate/cine.ts'

/** One thing that a system of the demo hospital sends. */
export interface Step {
  what: string
  from: 'HIS' | 'LIS' | 'CART' | 'MODALITY'
  /** Control id or SOP Instance UID: under which /admin/messages knows it. */
  id: string
  /** Made when it is sent, so that times are now. */
  bytes(now: Date): Uint8Array
  /** Sent when the server has nothing left to do. */
  unhurried?: boolean
}

const fixture = (name: string): Buffer => readFileSync(new URL(`fixtures/${name}`, import.meta.url))
const ecg = (name: string): Waveform => decodeWaveformBlob(fixture(`${name}.hbw`))

const PEOPLE = {
  anna: {
    mrn: '1001',
    family: 'Muster',
    given: 'Anna',
    birthDate: '1949-03-12',
    sex: 'F',
    visit: 'V7001',
    ward: 'CCU'
  },
  bruno: {
    mrn: '1002',
    family: 'Beispiel',
    given: 'Bruno',
    birthDate: '1961-11-02',
    sex: 'M',
    visit: 'V7002',
    ward: 'MED2'
  },
  clara: {
    mrn: '1003',
    family: 'Vorbild',
    given: 'Clara',
    birthDate: '1938-07-30',
    sex: 'F',
    visit: 'V7003',
    ward: 'DIAL'
  },
  david: {
    mrn: '1004',
    family: 'Entwurf',
    given: 'David',
    birthDate: '1972-01-19',
    sex: 'M',
    visit: 'V7004',
    ward: 'ED'
  }
} satisfies Record<string, DemoPatient>

/** Whose Lead I a handheld streams behind the day. */
export const DAVID: DemoPatient = PEOPLE.david

/** A private root for the demo's UIDs (PS3.5 B.2: 2.25 + an integer), the day's milliseconds behind it. */
const ROOT = '2.25.3141592653589793'

/** A small hospital's day. Every person and every signal in it is made up. */
export function demoDay(started: Date): Step[] {
  const { anna, bruno, clara, david } = PEOPLE
  const run = String(started.getTime())
  let count = 0
  const id = (sender: string): string => `${sender}${run.slice(-7)}${String(++count).padStart(2, '0')}`
  const uid = (...parts: number[]): string => [ROOT, run, ...parts].join('.')
  const minutesAgo = (now: Date, minutes: number): Date => new Date(now.getTime() - minutes * 60_000)

  const message = (
    from: Step['from'] & Header['sender'],
    what: string,
    build: (
      header: (type: Header['type'], more?: Partial<Header>) => Header,
      now: Date,
      controlId: string
    ) => Uint8Array
  ): Step => {
    const controlId = id(from)
    return {
      what,
      from,
      id: controlId,
      bytes: (now) => build((type, more = {}) => ({ type, controlId, sender: from, at: now, ...more }), now, controlId)
    }
  }
  const unhurried = (step: Step): Step => ({ ...step, unhurried: true })
  const admit = (p: DemoPatient): Step =>
    message('HIS', `${p.given} is admitted`, (header) => admission(p, header(['ADT', 'A01', 'ADT_A01'])))
  const lab = (
    what: string,
    p: DemoPatient,
    result: Omit<Parameters<typeof labResult>[1], 'collectedAt'>,
    minutes: number
  ): Step =>
    message('LIS', what, (header, now) =>
      labResult(p, { ...result, collectedAt: minutesAgo(now, minutes) }, header(['ORU', 'R01', 'ORU_R01']))
    )
  const order = (what: string, p: DemoPatient, placer: string): Step =>
    message('LIS', what, (header) => screeningOrder(p, placer, header(['OML', 'O21', 'OML_O21'], { enhanced: true })))
  const cart = (what: string, p: DemoPatient, name: string, minutes: number): Step =>
    message('CART', what, (header, now, controlId) =>
      cartEcg(
        p,
        ecg(name),
        { filler: controlId, acquiredAt: minutesAgo(now, minutes) },
        header(['ORU', 'W01', 'ORU_R01'])
      )
    )
  const waveformObject = (what: string, p: DemoPatient, name: string, minutes: number): Step => {
    const instance = uid(1, ++count)
    const study = uid(1, count, 1)
    const series = uid(1, count, 2)
    return {
      what,
      from: 'MODALITY',
      id: instance,
      bytes: (now) => ecgObject(p, ecg(name), { study, series, instance }, minutesAgo(now, minutes))
    }
  }

  const emilsAdmission = new Date(started.getTime() + MOMENT_AHEAD_MS - 24 * 3_600_000)
  const intensiveCare = (): Step[] => [
    message('HIS', 'Emil is admitted to intensive care (24 hours ago)', (header) =>
      admission(EMIL, header(['ADT', 'A01', 'ADT_A01']), emilsAdmission)
    ),
    ...CHARTS.map(({ hours, what, values }) =>
      message('LIS', `Emil's values in intensive care, ${what}`, (header, _now, controlId) =>
        chart(
          EMIL,
          { filler: controlId, at: new Date(emilsAdmission.getTime() + hours * 3_600_000), values },
          header(['ORU', 'R01', 'ORU_R01'])
        )
      )
    )
  ]

  /** What people make, one thing after the other. */
  const made = (): Step[] =>
    [
      lab(
        "Bruno's potassium, local code",
        bruno,
        { filler: 'L1', code: 'K^Potassium^L', value: '4.4', units: 'mmol/L' },
        20
      ),
      waveformObject("Bruno's ECG, DICOM", bruno, 'ecg-normal', 6),
      cart("Anna's ECG from the cart, high potassium", anna, 'ecg-high-potassium', 2),
      waveformObject("Clara's ECG, DICOM", clara, 'ecg-raised-potassium', 4),
      lab(
        "Clara's potassium, haemolysed",
        clara,
        { filler: 'L2', code: '2823-3^Potassium^LN', value: '6.9', units: 'mmol/L', haemolysed: true },
        8
      ),
      lab(
        "Clara's potassium, second sample",
        clara,
        { filler: 'L3', code: 'K^Potassium^L', value: '6.2', units: 'mEq/L' },
        3
      ),
      lab(
        '... which the laboratory corrects',
        clara,
        { filler: 'L3', code: 'K^Potassium^L', value: '5.8', units: 'mEq/L', status: 'C' },
        3
      ),
      order('Potassium screening for Bruno', bruno, 'P100'),
      order('Potassium screening for David, no ECG yet', david, 'P101'),
      cart("David's ECG, which the order waits for", david, 'ecg-normal-2', 1),
      waveformObject('An ECG with the electrodes off', bruno, 'ecg-electrode-off', 1),
      waveformObject("Anna's number, another birth date", { ...anna, birthDate: '1980-01-01' }, 'ecg-normal', 1),
      lab(
        'A potassium with no authority',
        anna,
        { filler: 'L4', code: 'K^Potassium^L', value: '4.0', units: 'mmol/L', withoutAuthority: true },
        5
      ),
      message('HIS', 'A message of a type that nobody reads', (header) =>
        admission(anna, header(['MFN', 'M02', 'MFN_M02']))
      ),
      message('HIS', 'A duplicate record of David is merged', (header) =>
        merge(david, '1994', header(['ADT', 'A40', 'ADT_A39']))
      )
    ].map(unhurried)

  return [...[anna, bruno, clara, david].map(admit), ...intensiveCare(), ...made(), ...cine(david, uid)]
}

function cine(patient: DemoPatient, uid: (...parts: number[]) => string): Step[] {
  const file = fixture('cine.bin')
  const end = file.indexOf(0x0a)
  const { slices, phases, size } = JSON.parse(file.toString('utf8', 0, end)) as CinePhantom
  const bytesPerFrame = size * size * 2
  return Array.from({ length: slices * phases }, (_, n): Step => {
    const [slice, phase] = [Math.floor(n / phases), n % phases]
    const from = end + 1 + n * bytesPerFrame
    const instance = uid(2, n + 1)
    return {
      what: `Cine cardiac MR of David, ${slices * phases} frames`,
      from: 'MODALITY',
      id: instance,
      bytes: (now) =>
        buildMrFrame({
          patient: dicomPatient(patient),
          uids: { study: uid(3), series: uid(4), instance },
          frameOfReferenceUid: uid(5),
          acquiredAt: localTime(now),
          seriesDescription: 'CINE SAX simulated',
          instanceNumber: n + 1,
          rows: size,
          columns: size,
          pixels: new Uint16Array(file.buffer.slice(file.byteOffset + from, file.byteOffset + from + bytesPerFrame)),
          pixelSpacing: [2, 2],
          sliceThicknessMm: 8,
          imagePositionPatient: [0, 0, slice * 10],
          imageOrientationPatient: [1, 0, 0, 0, 1, 0],
          sliceLocation: slice * 10,
          triggerTimeMs: phase * 80,
          cardiacNumberOfImages: phases
        })
    }
  })
}

function ecgObject(
  patient: DemoPatient,
  waveform: Waveform,
  uids: { study: string; series: string; instance: string },
  at: Date
): Uint8Array {
  return buildEcg([waveform], {
    patient: dicomPatient(patient),
    uids,
    acquiredAt: localTime(at),
    utcOffset: '+0000',
    sensitivityUv: 5,
    synthetic: true
  })
}

const dicomPatient = ({ mrn, family, given, birthDate, sex, visit }: DemoPatient) => ({
  id: mrn,
  issuer: 'DEMOHOSP',
  family,
  given,
  birthDate,
  sex,
  admissionId: visit
})

const localTime = (at: Date): string => at.toISOString().replace(/[-:T]/g, '').slice(0, 14)
