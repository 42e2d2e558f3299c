import { measurementStatements } from '../../ecg/measurements.ts'
import { attributeOf, childrenOf, elementAt, textAt, type XmlElement } from '../../ecg/xml/element.ts'

const MAX_STATEMENTS = 200

/** Global measurements that are carried over, with the unit in which the format states them. */
const MEASUREMENTS: Readonly<Record<string, string>> = {
  heartrate: '/min',
  rrint: 'ms',
  print: 'ms',
  meanprint: 'ms',
  qrsdur: 'ms',
  meanqrsdur: 'ms',
  qtint: 'ms',
  meanqtint: 'ms',
  meanqtc: 'ms',
  qtcb: 'ms',
  qtcf: 'ms',
  pfrontaxis: 'deg',
  qrsfrontaxis: 'deg',
  tfrontaxis: 'deg'
}

/**
 * What the latest interpretation says: its statements ('left, right'), severity, signature line, and its global measurements
 * as 'name = value unit'. 'Failed' and 'Indeterminate' are no values.
 *
 * interpretation @date @time = globalmeasurements (1.04) | interpretationmeasurements (1.03) | mdsignatureline | severity
 *                              | statement* (leftstatement, rightstatement)
 */
export function statementsOf(root: XmlElement): string[] {
  const interpretation = childrenOf(elementAt(root, 'interpretations'), 'interpretation').reduce<
    XmlElement | undefined
  >((latest, next) => (latest && dated(latest) > dated(next) ? latest : next), undefined)
  if (!interpretation) return []
  const spoken = childrenOf(interpretation, 'statement').map((statement) =>
    [textAt(statement, 'leftstatement'), textAt(statement, 'rightstatement')].filter(Boolean).join(', ')
  )
  const measured =
    elementAt(interpretation, 'globalmeasurements') ?? elementAt(interpretation, 'interpretationmeasurements')
  const numbers = measurementStatements(measured, MEASUREMENTS)
  const all = [...spoken, textAt(interpretation, 'severity'), textAt(interpretation, 'mdsignatureline'), ...numbers]
  return all
    .filter((text) => text !== undefined && text !== '')
    .map((text) => text!.slice(0, 1000))
    .slice(0, MAX_STATEMENTS)
}

const dated = (interpretation: XmlElement): string =>
  `${attributeOf(interpretation, 'date') ?? ''} ${attributeOf(interpretation, 'time') ?? ''}`
