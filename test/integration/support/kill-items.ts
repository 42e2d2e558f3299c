import { buildEcg } from '../../../dicom/waveform/write.ts'
import { simulateEcg } from '../../../server/demo/simulate/ecg.ts'
import { admission, ecgMessage, minutes, order, potassium } from './hospital.ts'

export type Kind = 'adt' | 'lab' | 'wave' | 'dicom' | 'rest' | 'order'
export const KINDS: Kind[] = ['adt', 'lab', 'wave', 'dicom', 'rest', 'order']

export interface Item {
  kind: Kind
  /** Control id, SOP Instance UID, or the identifier value of the bundle. */
  id: string
  bytes: Uint8Array
}

/** All that one simulated person causes; the same for the run with and without kills. */
export function personItems(token: string, now: Date): Item[] {
  const person = { mrn: `O${token}`, family: 'Sim', given: 'Ulla', birthDate: '19500301', sex: 'F' }
  const at = (n: number) => minutes(now, n)
  const hl7 = { ...person }
  const uids = { study: `2.25.1${token}1`, series: `2.25.1${token}2`, instance: `2.25.1${token}3` }
  const acquired = at(-30)
  const cardio = simulateEcg({ seed: 11, potassium: 4.2 })
  const leads = ['I', 'II']
  const dicom = buildEcg(
    [{ rateHz: 500, leads: leads.map((name) => ({ name })), samples: cardio.samples.slice(0, 2) }],
    {
      patient: { id: person.mrn, issuer: 'HOSP', family: 'Sim', given: 'Ulla', birthDate: '1950-03-01', sex: 'F' },
      uids,
      acquiredAt: acquired.toISOString().replace(/[-:T]/g, '').slice(0, 14),
      utcOffset: '+0000',
      synthetic: true,
      sensitivityUv: 5
    }
  )
  const bundle = {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      {
        fullUrl: 'urn:uuid:11111111-1111-4111-8111-111111111111',
        resource: {
          resourceType: 'Patient',
          identifier: [{ system: 'urn:example:rest', value: `R${token}` }],
          active: true
        },
        request: { method: 'POST', url: 'Patient', ifNoneExist: `identifier=urn:example:rest|R${token}` }
      },
      {
        resource: {
          resourceType: 'Observation',
          identifier: [{ system: 'urn:example:rest', value: `R${token}O` }],
          status: 'final',
          code: { coding: [{ system: 'http://loinc.org', code: '2951-2' }] },
          subject: { reference: 'urn:uuid:11111111-1111-4111-8111-111111111111' },
          valueQuantity: { value: 140, unit: 'mmol/L', system: 'http://unitsofmeasure.org', code: 'mmol/L' }
        },
        request: { method: 'POST', url: 'Observation', ifNoneExist: `identifier=urn:example:rest|R${token}O` }
      }
    ]
  }
  return [
    {
      kind: 'adt',
      id: `A${token}`,
      bytes: admission({ controlId: `A${token}`, at: at(-60), visit: `V${token}`, admittedAt: at(-70), ...hl7 })
    },
    {
      kind: 'lab',
      id: `C${token}`,
      bytes: potassium({
        controlId: `C${token}`,
        at: at(-10),
        filler: `F${token}`,
        value: '6.4',
        collectedAt: at(-15),
        ...hl7
      })
    },
    {
      kind: 'wave',
      id: `D${token}`,
      bytes: ecgMessage({
        controlId: `D${token}`,
        at: at(-18),
        filler: `E${token}`,
        acquiredAt: at(-20),
        latent: 8.2,
        seed: 7,
        ...hl7
      })
    },
    { kind: 'dicom', id: uids.instance, bytes: dicom },
    { kind: 'rest', id: `R${token}`, bytes: Buffer.from(JSON.stringify(bundle)) },
    {
      kind: 'order',
      id: `B${token}`,
      // The window of the order holds the ORU's ECG only: which of two ECGs answers would depend on which came first.
      bytes: order({ controlId: `B${token}`, at: at(35), placer: `PL${token}`, placedAt: at(35), ...hl7 })
    }
  ]
}
