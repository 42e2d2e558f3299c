import type { Coding } from '@medplum/fhirtypes'

/** What `run` is given: the tracing and the person. Survives structured clone. */
export interface AnyEcgInput {
  /** By MDC lead number (I 1, II 2, V1-V6 3-8, III 61, aVR 62, aVL 63, aVF 64); as recorded. */
  leads: { mdc: number; samples: Float64Array; unit: string }[]
  rateHz: number
  paced?: boolean
  /** Years at acquisition. */
  age?: number
  sex?: string
  /** Codes of conditions already in the record, by system and code: what is known is told from what is new. */
  known?: { system: string; code: string }[]
  /** What the same person's profile before this one said, drawn beneath: cumulative risks by local code of the condition. */
  earlier?: { acquiredAt?: string; risk: Record<string, { years: number; probability: number }[]> }
}

/** One label of `labels.json` (asset of the model folder), in the order of the model's outputs. */
export interface ConditionLabel {
  key: string
  title: string
  /** Organ system: one of the chapters of the asset, in which it is reported. */
  chapter: string
  /** Three-character ICD-10 code, where there is one. */
  icd10?: string
  /** Verified public code that may stand beside it. */
  coding?: Coding
  /** What its truth was in training. */
  data: 'real' | 'simulated'
  /** A simulated condition without any effect on the ECG: it must never be shown. */
  plantedNull?: boolean
  /** Of a label of the superclasses: reported as ECG statement and not as condition. */
  statement?: boolean
  /** Whether the model foretells it; absent: it does where it has a hazard output. */
  hazard?: boolean
  /** Trained on sinus rhythm only: hidden where the tracing has no P waves. */
  sinusOnly?: boolean
  /** Cheap confirmatory test, in words. */
  test?: string
}

/** `labels.json`. */
export interface LabelsAsset {
  chapters: { key: string; title: string }[]
  labels: ConditionLabel[]
}

/** `reliability.json` (asset): how each label did on data that the model had not seen. */
export interface LabelReliability {
  key: string
  /** Name of the data ('PTB-XL folds 1-8, cross-fitted'). */
  dataName: string
  data: 'real' | 'simulated'
  n: number
  positives: number
  auroc: number
  aurocCi: [number, number]
  ageSexAuroc: number
  /** AUROC less that of age and sex, paired bootstrap by patient. */
  gain: number
  gainCi: [number, number]
  ece: number
  /** Largest difference of AUROC between sexes and between age bands with enough cases; absent: not assessable. */
  subgroupGap?: number
}

/** Why a label is not shown, in the order in which the reasons are asked: the first that holds is counted. */
export const HIDDEN_REASONS = [
  'no-reliability',
  'not-better-than-age-sex',
  'auroc',
  'calibration',
  'few-positives',
  'subgroup-gap',
  'simulated',
  'planted-null',
  'rhythm-unsuitable'
] as const
export type HiddenReason = (typeof HIDDEN_REASONS)[number]

/** Cumulative risk at a horizon. */
export interface HorizonRisk {
  years: number
  probability: number
  /** The same from age and sex alone, where the model says it. */
  ageSex?: number
  /** Split conformal band of the model, where it has one. */
  band?: [number, number]
}

export interface ConditionResult {
  key: string
  label: ConditionLabel
  reliability?: LabelReliability
  /** Calibrated probability at the site's prevalence, now. */
  probability: number
  /** The same from age and sex alone; absent where the model does not say it. */
  ageSex?: number
  /** What the tracing adds, on the logit scale. */
  ecgTerm?: number
  /** Cumulative risk of each year, where the model has hazards: years 1, 2, 3 ... */
  risk?: HorizonRisk[]
  /** Raised against people of the same age and sex, after Benjamini-Hochberg at 10 % over the shown labels. */
  raised: boolean
  recorded?: boolean
}

export interface ProfileQuality {
  verdict: 'acceptable' | 'limited' | 'unacceptable'
  reasons: string[]
}

export interface ProfileFindings {
  kind: 'profile'
  /** Conditions that pass the floor rule (and the site's wish to see simulated ones), the most raised first. */
  shown: ConditionResult[]
  chapters: { key: string; title: string }[]
  /** How many are not shown, by reason. */
  hidden: Partial<Record<HiddenReason, number>>
  /** Of all labels of the model, for `evaluate`; never written into FHIR for hidden ones. */
  scores: Record<string, number>
  ageSexScores: Record<string, number>
  total: number
  quality: ProfileQuality
  /** Leads that the recording lacks and that were computed from two others. */
  derivedLeads: string[]
  /** Distance of the embedding from the training data. */
  ood?: 'limited'
  /** False: scores, not probabilities (a site folder without calibration). */
  calibrated: boolean
  /** Comorbidity lift of shown pairs, from the training labels. */
  lift: { a: string; b: string; logOddsRatio: number }[]
  explanation: string[]
  /** Curves of shown conditions as an image, where there are any. */
  drawing?: { svg: string; pdf: Uint8Array }
}

export type AnyEcgFindings = { kind: 'refused'; code: string; quality?: ProfileQuality } | ProfileFindings
