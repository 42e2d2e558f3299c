/**
 * The twelve standard leads in the order of a printed ECG, and the lead number n of each (ISO 11073-10101): every system that
 * names a lead is an offset from it (`fhir-profiles/codes/leads.ts`).
 */
export const LEAD_NUMBERS: ReadonlyMap<string, number> = new Map([
  ['I', 1],
  ['II', 2],
  ['III', 61],
  ['aVR', 62],
  ['aVL', 63],
  ['aVF', 64],
  ['V1', 3],
  ['V2', 4],
  ['V3', 5],
  ['V4', 6],
  ['V5', 7],
  ['V6', 8]
])
