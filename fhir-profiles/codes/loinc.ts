import { SYSTEM } from './systems.ts'
import { type CodeRow, codings } from './table.ts'

/** LOINC codes of codes.md sections 1 to 5, by what they measure. Licence: see NOTICE of this folder. */
export const LOINC_ROWS = Object.freeze({
  potassiumSerum: ['2823-3', 'Potassium [Moles/volume] in Serum or Plasma', 'V'],
  potassiumBlood: ['6298-4', 'Potassium [Moles/volume] in Blood', 'V'],
  potassiumVenous: ['39789-3', 'Potassium [Moles/volume] in Venous blood', 'U'],
  potassiumArterial: ['32713-0', 'Potassium [Moles/volume] in Arterial blood', 'U'],
  creatinine: ['2160-0', 'Creatinine [Mass/volume] in Serum or Plasma', 'V'],
  egfrMdrd: ['33914-3', 'eGFR, MDRD', 'U'],
  egfrCkdEpi2021: ['98979-8', 'eGFR, CKD-EPI 2021 (creatinine)', 'U'],
  ekgStudy: ['11524-6', 'EKG study', 'V'],
  ekg12LeadPanel: ['34534-8', '12 lead EKG panel', 'U'],
  ekgImpression: ['8601-7', 'EKG impression', 'U'],
  ekgImpressionNarrative: ['18844-1', 'EKG impression, narrative', 'U'],
  heartRate: ['8867-4', 'Heart rate', 'V'],
  heartRateByEkg: ['76282-3', 'Heart rate, beat-to-beat by EKG', 'U'],
  qtInterval: ['8634-8', 'QT interval', 'U'],
  qtcInterval: ['8636-3', 'QTc interval', 'V'],
  qtcFridericia: ['76634-5', 'QTc interval Fridericia', 'U'],
  qtcBazett: ['76635-2', 'QTc interval Bazett', 'U'],
  qrsDuration: ['8633-0', 'QRS duration', 'U'],
  lvefByMr: ['8811-2', 'LVEF by MR', 'V'],
  rvefByMr: ['8818-7', 'RVEF by MR', 'V'],
  lvEndDiastolicVolume: ['8821-1', 'LV end-diastolic volume', 'V'],
  lvEndSystolicVolume: ['8823-7', 'LV end-systolic volume', 'V'],
  rvEndDiastolicVolume: ['8822-9', 'RV end-diastolic volume', 'V'],
  rvEndSystolicVolume: ['8824-5', 'RV end-systolic volume', 'V'],
  lvefByUltrasound: ['18043-0', 'LVEF by ultrasound', 'V'],
  /** Never for an MR value. */
  lvefMethodUnsaid: ['10230-1', 'LVEF, method unsaid', 'U'],
  aorticRegurgitantVolume: ['79951-0', 'Aortic regurgitant volume (PISA)', 'V'],
  aorticRegurgitantFraction: ['79942-9', 'Aortic regurgitant fraction', 'V'],
  polysomnographyPanel: ['90568-7', 'Polysomnography panel', 'V'],
  /** The apnoea index alone, never an apnoea-hypopnoea index. */
  apneaIndex: ['90562-0', 'Apnea index', 'V'],
  hypopneaIndex: ['90561-2', 'Hypopnea index', 'V'],
  sleepDuration: ['93832-4', 'Sleep duration', 'V'],
  sleepDeep: ['93831-6', 'Deep sleep duration', 'V'],
  sleepLight: ['93830-8', 'Light sleep duration', 'V'],
  sleepRem: ['93829-0', 'REM sleep duration', 'V'],
  fev1: ['20150-9', 'FEV1', 'U'],
  fvc: ['19868-9', 'FVC', 'U'],
  fev1OverFvc: ['19926-5', 'FEV1/FVC', 'U'],
  pef: ['33452-4', 'PEF', 'U']
} satisfies Record<string, CodeRow>)

export const LOINC = codings(SYSTEM.loinc, LOINC_ROWS)

/** Blood and serum potassium codes that may be truth or trigger (codes.md section 1; specs README section M). */
export const POTASSIUM_CODES = Object.freeze([
  LOINC.potassiumSerum,
  LOINC.potassiumBlood,
  LOINC.potassiumVenous,
  LOINC.potassiumArterial
])
