/**
 * LOINC codes of what a bedside measures: the R4 vital-signs value set, with pulse oximetry and what US Core adds. Oxygen
 * saturation of arterial blood (2708-6) is in that set too, but a laboratory reports it as well: it keeps the category that
 * its sender gave it.
 */
export const VITAL_SIGN_CODES: readonly string[] = Object.freeze([
  '85353-1',
  '9279-1',
  '8867-4',
  '59408-5',
  '8310-5',
  '8302-2',
  '29463-7',
  '39156-5',
  '85354-9',
  '8480-6',
  '8462-4',
  '8478-0',
  '9269-2'
])
