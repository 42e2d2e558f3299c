import type { DecodedWaveform } from '../../../core/decoded.ts'
import type { ClinicalTime } from '../../../core/time.ts'
import { filled } from '../../ecg/filled.ts'
import { localTime } from '../../ecg/local-time.ts'
import { recordingKey } from '../../ecg/recording.ts'
import { attributeOf, elementAt, textAt, type XmlElement } from '../../ecg/xml/element.ts'

/** dataacquisition @date @time, else reportinfo's; wall clock of the cart, in the feed's zone. */
export function acquisitionTime(root: XmlElement, zone: string): ClinicalTime | undefined {
  for (const name of ['dataacquisition', 'reportinfo']) {
    const element = elementAt(root, name)
    const date = /^(\d{4})-(\d{2})-(\d{2})$/.exec(attributeOf(element, 'date') ?? '')
    if (date) return localTime({ year: date[1]!, month: date[2]!, day: date[3]! }, attributeOf(element, 'time'), zone)
  }
  return undefined
}

/**
 * machine = model @machineid @detaildescription ('maker:product:software')
 */
export function deviceOf(root: XmlElement): DecodedWaveform['device'] {
  const machine = elementAt(root, 'dataacquisition', 'machine')
  const [manufacturer] = (attributeOf(machine, 'detaildescription') ?? '').split(':')
  return filled({
    manufacturer: manufacturer?.trim() || undefined,
    model: textAt(machine),
    serial: attributeOf(machine, 'machineid')
  })
}

/** Document name, patient, acquisition and samples: an edited interpretation of the same tracing keeps its key. */
export function documentKey(root: XmlElement): string {
  const acquisition = elementAt(root, 'dataacquisition')
  return recordingKey(
    'philips-xml',
    textAt(root, 'documentinfo', 'documentname') ?? '',
    textAt(root, 'patient', 'generalpatientdata', 'patientid') ?? '',
    attributeOf(acquisition, 'date') ?? '',
    attributeOf(acquisition, 'time') ?? '',
    textAt(root, 'waveforms', 'parsedwaveforms') ?? ''
  )
}
