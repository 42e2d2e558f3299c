import { SYSTEM } from './systems.ts'
import { type CodeRow, codings } from './table.ts'

/** SNOMED CT concepts of codes.md sections 1 to 6. Licence: see NOTICE of this folder. */
export const SNOMED_ROWS = Object.freeze({
  hyperkalaemia: ['14140009', 'Hyperkalaemia', 'U'],
  /** Carries no stage. */
  chronicKidneyDisease: ['709044004', 'Chronic kidney disease', 'U'],
  ecg12Lead: ['268400002', '12-lead ECG', 'V'],
  ecgNormal: ['164854000', 'ECG normal', 'V'],
  ecgAbnormal: ['102594003', 'ECG abnormal', 'V'],
  ecgBorderline: ['251135002', 'ECG borderline normal', 'V'],
  atrialFibrillation: ['49436004', 'Atrial fibrillation', 'V'],
  strokeVolume: ['90096001', 'Stroke volume', 'V'],
  ejectionFraction: ['70822001', 'Ejection fraction', 'V'],
  cardiacOutput: ['82799009', 'Cardiac output', 'V'],
  cardiacMri: ['241620005', 'Cardiac MRI', 'V'],
  heart: ['80891009', 'Heart', 'V'],
  aorticStenosis: ['60573004', 'Aortic stenosis', 'V'],
  aorticRegurgitation: ['60234000', 'Aortic regurgitation', 'V'],
  valvularHeartDisease: ['368009', 'Valvular heart disease', 'V'],
  heartFailure: ['84114007', 'Heart failure', 'V'],
  rightVentricularFailure: ['367363000', 'Right ventricular failure', 'U'],
  corPulmonale: ['83291003', 'Cor pulmonale', 'U'],
  myocardialInfarction: ['22298006', 'Myocardial infarction', 'V'],
  stemi: ['401303003', 'STEMI', 'V'],
  nstemi: ['401314000', 'NSTEMI', 'V'],
  type2Diabetes: ['44054006', 'Type 2 diabetes', 'U'],
  sleepApnoea: ['73430006', 'Sleep apnoea', 'U'],
  obstructiveSleepApnoea: ['78275009', 'Obstructive sleep apnoea', 'U'],
  copd: ['13645005', 'COPD', 'U'],
  riskHigh: ['15508007', 'High risk', 'V'],
  riskModerate: ['25594002', 'Moderate risk', 'V'],
  riskLow: ['75976002', 'Low risk', 'V'],
  riskUncertain: ['64957009', 'Uncertain', 'V'],
  riskNormal: ['427986001', 'Normal risk', 'V'],
  dead: ['419099009', 'Dead', 'V']
} satisfies Record<string, CodeRow>)

export const SNOMED = codings(SYSTEM.snomed, SNOMED_ROWS)
