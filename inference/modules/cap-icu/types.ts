import type { Performance } from '../../decision/performance.ts'

/** One measured value of a stay, in the canonical unit of `variables.json`. */
export interface StayValue {
  /** Key of variables.json: 'creatinine'. */
  variable: string
  /** Hours since admission to the ICU, 0 <= hours < windowHours. */
  hours: number
  value: number
}

export type Sex = 'female' | 'male'
/** Kind of ICU, by the site's ward table. */
export type UnitKind = 'coronary' | 'cardiac-surgery' | 'medical' | 'surgical'

/** What `run` is given: one stay as it was known at one moment. Survives structured clone. */
export interface CapIcuInput {
  /** '24h' and '48h': the first hours of the stay; 'request': as much of the first 48 h as there is. */
  moment: '24h' | '48h' | 'request'
  /** Hours since admission that the values cover; 24, 48, or fewer on request. */
  windowHours: number
  /** Years at admission. */
  age?: number
  sex?: Sex
  /** As recorded, where lawful; for audit and retrieval only, never an input of a local model. */
  race?: string
  unitKind?: UnitKind
  /** Code status "comfort only": an estimate would fulfil itself. */
  comfortCare?: boolean
  /** Of the variables; unsorted, duplicates allowed. Absent where `features` are given. */
  values?: StayValue[]
  /**
   * A table's row instead of values: feature name of the model ('creatinine.max', or a column of SUPPORT2) -> value; null
   * is missing.
   */
  features?: Record<string, number | null>
  /** What was found but not used: unit unknown, outside the plausible range, retracted. */
  unused?: { variable: string; reason: 'unit-unknown' | 'implausible' | 'retracted' | 'haemolysed'; n: number }[]
  /** Role of the model to ask; absent: by moment. */
  role?: string
}

/** One statistic of one variable as the model takes it: '<variable>.<statistic>'. */
export type Features = Record<string, number | null>

/** Six bands of the paper: [0,.05) [.05,.20) [.20,.40) [.40,.60) [.60,.85) [.85,1]. */
export const BANDS = ['very-low', 'low', 'moderate', 'considerable', 'high', 'very-high'] as const
export type Band = (typeof BANDS)[number]

/** A stay of the case bank: binned, without identifiers, of a patient and time outside what is being judged. */
export interface BankCase {
  /** 'b0001': of the bank, never of a patient. */
  id: string
  /** Years, lower end of a five-year bin. */
  age: number
  sex?: Sex
  race?: string
  died: 0 | 1
  /** Predicted without the case (cross-fitted), rounded to .01. */
  predicted: number
  /** Signed logit residual of that prediction, clipped to +-1.5. */
  error: number
  /** What made it a case of the bank. */
  bias: 'flip-sex' | 'flip-race' | 'flip-age' | 'misprediction'
  /** Key values, binned: gcs, lactate, creatinine, map, sofa, apache, charlson where known. */
  values: Partial<Record<ClinicalKey, number>>
}

/** Weighted variables of the clinical similarity (paper; spec section 3). */
export const CLINICAL_KEYS = ['apache', 'sofa', 'gcs', 'lactate', 'creatinine', 'charlson', 'map'] as const
export type ClinicalKey = (typeof CLINICAL_KEYS)[number]

/** Asset `bank.json` of a model folder. */
export interface CaseBank {
  version: string
  /** On what it was made: data name and how predictions were cross-fitted. */
  source: string
  /** Chosen on validation (spec section 4): shift = k * sum(s e) / (sum s + lambda), |shift| <= cap, in logits. */
  correction: { k: number; lambda: number; cap: number; cases: number }
  cases: BankCase[]
}

export interface RetrievedCase {
  case: BankCase
  /** 0..5 by age, sex, race. */
  demographic: number
  /** 0..1 over the shared clinical variables. */
  similarity: number
}

export interface KeyFactor {
  /** Variable key, or 'age'. */
  variable: string
  title: string
  /** The value that weighed, with unit and statistic: 'highest 4.1 mmol/L'. */
  value: number
  statistic: string
  unit: string
  /** Change of the logit against the reference value; positive raises the risk. Absent of a language model, which gives none. */
  contribution?: number
  /** What a language model says of the direction, which it cannot put into a number that holds. */
  effect?: 'raises' | 'lowers'
}

export interface Flip {
  attribute: 'sex' | 'race' | 'age'
  from: string
  to: string
  /** Served probability after minus before; absent: neither the predictor nor the choice of cases reads the attribute, the flip is not informative. */
  change?: number
  /** The same of the estimate without cases; absent likewise, and where it was not asked for. */
  baseChange?: number
}

/** What a predictor says of a stay before any case is shown to it. */
export interface Estimate {
  probability: number
  keyFactors: KeyFactor[]
  /** Sentences of a language model, checked and bounded; absent of a local model. */
  reasoning?: string
  confidence?: number
}

/** Base, fair (told to ignore protected attributes, no case) and CAP (with cases) of the same stay. */
export interface Variants {
  base: number
  fair: number
  cap: number
}

export type CapIcuFindings =
  | {
      kind: 'refused'
      code: string
      detail?: string
      missing: string[]
      /** The site lets the result be sent as HL7 v2. */
      oru?: boolean
      /** What was asked of a language model that gave no usable answer, for the audit. */
      exchange?: LanguageExchange[]
    }
  | {
      kind: 'scored'
      moment: CapIcuInput['moment']
      /** Role of the model folder whose bank, curve and calibration were used. */
      role: string
      predictor: { kind: 'local' | 'language-model'; name: string; version: string }
      /** The language model that was asked gave no valid answer, and the site lets the local model answer instead. */
      fellBack?: boolean
      /** The site lets the result be sent as HL7 v2. */
      oru?: boolean
      bankVersion: string
      /** Served: CAP, at the site's prevalence. */
      probability: number
      variants: Variants
      /** Logits that the retrieved cases moved the estimate by; for a language model the difference of its two answers. */
      shift: number
      band: Band
      cases: RetrievedCase[]
      /** Exactly three where three variables are known. */
      keyFactors: KeyFactor[]
      /** Variable keys that were not recorded, and those that were found but not used. */
      missing: string[]
      unused: NonNullable<CapIcuInput['unused']>
      flips: Flip[]
      performance?: Performance
      calibrated: boolean
      /** Inputs as the model took them, for the record and for drift. */
      features: Features
      explanation: string[]
      reasoning?: string
      /** Exchange with a language model, for the audit; without identifiers. */
      exchange?: LanguageExchange[]
    }

export interface LanguageExchange {
  variant: 'base' | 'fair' | 'cap' | 'flip'
  model: string
  /** sha256 of the prompt text; the text itself holds no identifiers and is kept. */
  promptSha256: string
  prompt: string
  /** What the service says answered, where it does: a name may be moved to another model. */
  servedModel?: string
  /** Accepted answer, as checked JSON. */
  answer?: unknown
  attempts: { outcome: 'accepted' | 'rejected'; code?: string; ms: number }[]
}
