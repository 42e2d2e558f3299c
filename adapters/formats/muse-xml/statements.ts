import { measurementStatements } from '../../ecg/measurements.ts'
import { childrenOf, elementAt, textAt, type XmlElement } from '../../ecg/xml/element.ts'

const MAX_STATEMENTS = 200

/** RestingECGMeasurements that are carried over, with the unit in which the format states them. */
const MEASUREMENTS: Readonly<Record<string, string>> = {
  VentricularRate: '/min',
  AtrialRate: '/min',
  PRInterval: 'ms',
  QRSDuration: 'ms',
  QTInterval: 'ms',
  QTCorrected: 'ms',
  PAxis: 'deg',
  RAxis: 'deg',
  TAxis: 'deg'
}

/**
 * Lines of the diagnosis (as edited, else as the cart made it), then the global measurements as 'name = value unit'.
 *
 * Diagnosis = DiagnosisStatement* : StmtFlag* | StmtText       a line ends with a statement that is flagged ENDSLINE
 */
export function statementsOf(root: XmlElement): string[] {
  const diagnosis = linesOf(elementAt(root, 'Diagnosis'))
  const lines = diagnosis.length > 0 ? diagnosis : linesOf(elementAt(root, 'OriginalDiagnosis'))
  const measured = elementAt(root, 'RestingECGMeasurements') ?? elementAt(root, 'OriginalRestingECGMeasurements')
  const numbers = measurementStatements(measured, MEASUREMENTS)
  return [...lines, ...numbers].slice(0, MAX_STATEMENTS)
}

function linesOf(diagnosis: XmlElement | undefined): string[] {
  const lines: string[] = []
  let words: string[] = []
  const end = (): void => {
    if (words.length > 0) lines.push(words.join(' ').slice(0, 1000))
    words = []
  }
  for (const statement of childrenOf(diagnosis, 'DiagnosisStatement')) {
    const text = textAt(statement, 'StmtText')
    if (text) words.push(text)
    if (childrenOf(statement, 'StmtFlag').some((flag) => flag.text.trim() === 'ENDSLINE')) end()
  }
  end()
  return lines
}

const PACED = /\belectronic (?:[a-z]{1,20} ){0,3}pacemaker\b|\b(?:atrial|ventricular|biventricular|dual)[- ]paced\b/i

/**
 * Whether the diagnosis says that a pacemaker paces. A natural pacemaker ('wandering atrial pacemaker') does not count, nor
 * does one of an earlier ECG ('sinus rhythm has replaced electronic ventricular pacemaker', 'no longer paced').
 */
export const isPaced = (statements: readonly string[]): boolean =>
  statements.some((text) => !/\bno longer\b/i.test(text) && PACED.test(text.split(/\bhas replaced\b/i, 1)[0]!))
