import { buildMrFrame } from '../../dicom/image/write-mr.ts'
import { simulateCine } from '../../server/demo/simulate/cine.ts'
import {
  admission,
  dtm,
  ecgMessage,
  hl7,
  merge,
  minutes,
  msh,
  order,
  pid,
  potassium
} from '../integration/support/hospital.ts'
import { type Item, KINDS, personItems } from '../integration/support/kill-items.ts'

/** Letters before a person's token: the person, whom REST wrote, who is merged away, whose ECG is withdrawn, who has no ECG. */
export const LETTERS = ['O', 'R', 'M', 'X', 'L']

/** A message and what has to become of it; what one system sends goes over one line, in its order. */
export interface Sent {
  line: string
  item: Item
  /** Poison: it is acknowledged, and parked with its cause. */
  isParked?: boolean
  /** Must be answered with an ORU under this placer number. */
  placer?: string
  /** Goes out some time after that message was acknowledged: what it takes back has been worked on by then. */
  after?: string
}

const FRAMES = 3
/** Above what goes onto the bus inline, so that the claim check is on the way too. */
const SIZE = 400
const phantom = simulateCine({ seed: 7, slices: 1, phases: FRAMES, size: SIZE })

/** All that one simulated person causes: the mixed load of issue 2 and what reaches the rarer places of the commit path. */
export function sentFor(token: string, now: Date): Sent[] {
  const at = (n: number) => minutes(now, n)
  const named = { family: 'Sim', given: 'Ulla', birthDate: '19500301', sex: 'F' }
  const hl7Item = (kind: Item['kind'], id: string, bytes: Uint8Array): Item => ({ kind, id, bytes })
  const sent: Sent[] = personItems(token, now).map((item) => ({
    line: item.kind,
    item,
    ...(item.kind === 'order' ? { placer: `PL${token}` } : {})
  }))
  const withdrawn = { filler: `W${token}`, acquiredAt: at(-40), latent: 8.2, seed: 9, mrn: `X${token}`, ...named }
  sent.push(
    // Another number of the same person, merged into the first.
    {
      line: 'his',
      item: hl7Item(
        'adt',
        `HA${token}`,
        admission({
          controlId: `HA${token}`,
          at: at(-50),
          visit: `Y${token}`,
          admittedAt: at(-300),
          event: 'A04',
          mrn: `M${token}`,
          ...named
        })
      )
    },
    {
      line: 'his',
      item: hl7Item(
        'adt',
        `HM${token}`,
        merge({ controlId: `HM${token}`, at: at(-4), source: `M${token}`, mrn: `O${token}`, ...named })
      )
    },
    // Poison: a merge that does not say who was merged.
    {
      line: 'his',
      isParked: true,
      item: hl7Item(
        'adt',
        `HP${token}`,
        hl7(
          msh({ type: 'ADT^A40^ADT_A39', controlId: `HP${token}`, at: at(-3), application: 'ADT' }),
          pid({ mrn: `Z${token}` }),
          'MRG|'
        )
      )
    },
    {
      line: 'lab',
      item: hl7Item(
        'lab',
        `LS${token}`,
        potassium({
          controlId: `LS${token}`,
          at: at(-12),
          filler: `S${token}`,
          value: '140',
          code: 'NA^Sodium^L',
          collectedAt: at(-16),
          mrn: `M${token}`,
          ...named
        })
      )
    },
    // An ECG that raises an alert, and is withdrawn.
    {
      line: 'cart',
      item: hl7Item('wave', `CX${token}`, ecgMessage({ controlId: `CX${token}`, at: at(-38), ...withdrawn }))
    },
    {
      line: 'desk',
      after: `CX${token}`,
      item: hl7Item(
        'wave',
        `CW${token}`,
        ecgMessage({ controlId: `CW${token}`, at: at(-20), ...withdrawn, status: 'W' })
      )
    },
    // An order in enhanced mode for which no ECG ever comes: accept acknowledgement, ORL through the outbox, timer, refusal.
    {
      line: 'ward',
      placer: `PQ${token}`,
      item: hl7Item(
        'lab',
        `WQ${token}`,
        order({
          controlId: `WQ${token}`,
          at: at(-190),
          placer: `PQ${token}`,
          placedAt: at(-190),
          accept: 'AL',
          applicationAck: 'AL',
          mrn: `L${token}`,
          ...named
        })
      )
    },
    // A message within a message: its inner one goes back through the intake.
    { line: 'cart', item: hl7Item('wave', `CE${token}`, withEmbedded(token, now)) },
    ...cine(token, at(-30)).map((item): Sent => ({ line: 'scanner', item }))
  )
  return sent
}

/** A report of the cart that carries a laboratory message of its own as a file. */
function withEmbedded(token: string, now: Date): Uint8Array {
  const at = minutes(now, -11)
  const mrn = `M${token}`
  const inner = potassium({
    controlId: `EC${token}`,
    at,
    filler: `T${token}`,
    value: '101',
    code: 'CL^Chloride^L',
    collectedAt: at,
    mrn
  })
  return hl7(
    msh({ type: 'ORU^W01^ORU_R01', controlId: `CE${token}`, at, application: 'CART' }),
    pid({ mrn }),
    `OBR|1||U${token}^CART|93000^EKG REPORT^L|||${dtm(at)}||||||||||||||||||F`,
    `OBX|1|ED|F^File^L||CART^APPLICATION^HL7^Base64^${Buffer.from(inner).toString('base64')}||||||F`
  )
}

/** A short cine series that does not say how many objects it has: it is whole when the quiet time has passed. */
function cine(token: string, acquired: Date): Item[] {
  const root = `2.25.2${token}`
  return phantom.map(({ pixels }, phase) => {
    const instance = `${root}3.${phase + 1}`
    const bytes = buildMrFrame({
      patient: { id: `O${token}`, issuer: 'HOSP', family: 'Sim', given: 'Ulla', birthDate: '1950-03-01', sex: 'F' },
      uids: { study: `${root}1`, series: `${root}2`, instance },
      frameOfReferenceUid: `${root}4`,
      acquiredAt: acquired.toISOString().replace(/[-:T]/g, '').slice(0, 14),
      seriesDescription: 'CINE simulated',
      instanceNumber: phase + 1,
      rows: SIZE,
      columns: SIZE,
      pixels,
      pixelSpacing: [2, 2],
      sliceThicknessMm: 8,
      imagePositionPatient: [0, 0, 0],
      imageOrientationPatient: [1, 0, 0, 0, 1, 0],
      sliceLocation: 0,
      triggerTimeMs: phase * 100,
      cardiacNumberOfImages: FRAMES
    })
    return { kind: 'dicom', id: instance, bytes }
  })
}

export const LINES = [...KINDS, 'his', 'cart', 'desk', 'ward', 'scanner']
