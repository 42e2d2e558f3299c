import type { BundleEntry, Coding, Identifier } from '@medplum/fhirtypes'
import type { ChangeEvent } from './changes.ts'
import type { ClosedLoop } from './closed-loop.ts'
import type { LeadingResult } from './leading-result.ts'
import type { ModelFolder, ModelManifest, Models } from './model.ts'
import type { RecordReader } from './record.ts'
import type { Suggestions } from './suggestion.ts'

export interface ModuleManifest {
  /** Folder name and fixed id: 'pocket-k'. */
  id: string
  title: string
  /** Contract version of the result; enters the result id: 'pocket-k/1'. */
  contract: string
  /** Roles of the models it needs; where a run asks some of them only, see `modelsFor`. */
  models: string[]
  /** FHIR resource types whose events it wants to see. */
  listensTo: string[]
  /** It wants to see the events of results as well, its own among them; `select` must end the chain. */
  listensToResults?: boolean
  kind: 'Deep-Learning-Models' | 'AI-for-Structured-Clinical-Data' | 'Deterministic-AI'
  /** Its run does without a model that is missing or refused, and the result says so; else such a run is refused. */
  runsWithoutModel?: boolean
  /** It is asked of one lead: whoever streams one is told its result on the same socket. */
  tellsLive?: boolean
}

/**
 * What the module is asked about: a committed change, or a timer of its own that ran out: an order's time-out
 * ('ServiceRequest/..'), or the moment of a stay; the text is the `order` of the `wait` that set it.
 */
export interface ModuleEvent {
  change?: ChangeEvent
  timer?: { order: string }
  /** ISO instant at which it is handled: behind the change's `at` after a standstill, and all that a timer says of time. */
  now?: string
}

/** What a result is about; its id is UUIDv5 of (patientAtFirstWrite, contract, tracing, placer or 'unsolicited'). */
export interface ResultIdentity {
  /** 'Patient/..' as it is now. */
  patient: string
  /** 'Patient/..' of the tracing when first written; stays through merges (rules section 1). */
  patientAtFirstWrite: string
  encounter?: string
  /** Tracing identity (identifier of the ECG), or another stable name of the input. */
  tracing: string
  /** ServiceRequest this answers. */
  order?: { reference: string; placerOrderNumber: string }
  /** Which records of others asked for it, ordered or not; the oldest first. */
  reasons?: ResultReason[]
  /** Versioned references of the inputs, the tracing first. */
  basis: string[]
  /** ISO instant of acquisition. */
  acquiredAt?: string
  late?: boolean
}

/** A record of others that cannot answer by itself, and so asks the module: a potassium of a haemolysed specimen. */
export interface ResultReason {
  /** Versioned reference: 'Observation/../_history/..'. */
  reference: string
  /** What about it asks. */
  code: Coding
  /** Numbers of the order that it came under, as its sender wrote them (type PLAC, FILL). */
  orders?: Identifier[]
}

export type Selection<Input> =
  | { kind: 'run'; identity: ResultIdentity; input: Input }
  | { kind: 'refuse'; identity: ResultIdentity; code: string; detail?: string }
  /** An order that has no input yet, or a stay whose moment has not come: a durable timer re-offers it at `until` as a timer event. */
  | { kind: 'wait'; order: string; until: string }
  /** A result ('RiskAssessment/..') whose question has gone though its first input still stands: the stay was another's. */
  | { kind: 'withdraw'; result: string }

/** All that `toFhir` needs besides the findings; ids are given, so the same context gives the same bytes. */
export interface ResultContext {
  identity: ResultIdentity
  resultId: string
  /** Makes the id of a further resource of this result, by role word ('report', 'quality', 'provenance'). */
  id(role: string): string
  models: ModelFolder[]
  mode: 'shadow' | 'advisory'
  /** ISO instant of the first run, kept on replay. */
  firstRunAt: string
  now: string
  /** Versioned references of everything read. */
  reads: readonly string[]
  /** sha256 over module version, model sha256, preprocessing id, site policy version, and all inputs and context. */
  digest: string
  /** meta.tag marks of the inputs that every result of them carries: synthetic, test data. */
  inheritedTags?: Coding[]
}

export interface AlertDecision {
  raise: boolean
  /** Band name of the site's policy: higher rank = more urgent. */
  band: string
  rank: number
  /** Why it is not raised though the band calls for it: 'normal-potassium'. Recorded. */
  suppressedBy?: { reason: string; reference?: string }
  /** One sentence for the person who gets it; no identifiers. */
  text: string
}

/** How runs that wait for another machine are held apart from those that compute. */
export interface OutsideCalls {
  /** Runs at a time; each has a thread. */
  atOnce: number
  /** Longest that one run may take, ms. The module keeps to it by itself; past it the thread is ended. */
  runMs: number
  /** Environment variables that its threads may read (a key by name); others of the process are not given to them. */
  environment: string[]
}

/** One clinical question. Folder inference/modules/<id>, default export. */
export interface InferenceModule<Input = unknown, Findings = unknown> {
  manifest: ModuleManifest
  /** On the server's side: does this concern us, and with what input. Reads only through `record`. */
  select(event: ModuleEvent, record: RecordReader, policy: Record<string, unknown>): Promise<Selection<Input>[]>
  /** Is what the site configured possible? Asked once, before anything runs. @throws AppError CONFIG_INVALID */
  checkPolicy?(policy: Record<string, unknown>): void
  /**
   * Roles that a run of this input asks, the one that answers first; default: all of the manifest. A role that is missing
   * refuses only the runs that ask it, and a result names the Device of the model that answered.
   *
   * @param inService what serves a role now, for a module that one model or another can answer
   */
  modelsFor?(input: Input, inService: (role: string) => ModelManifest | undefined): string[]
  /** In the worker: gate, prepare, infer, calibrate, decide, explain. Input and findings survive structured clone. */
  run(input: Input, models: Models, policy: Record<string, unknown>): Promise<Findings>
  /**
   * That a run under this policy waits for another machine. Such runs get workers of their own, so that none of them
   * keeps another module waiting, and the record is not locked meanwhile. Absent or undefined: all is computed here.
   */
  outside?(policy: Record<string, unknown>): OutsideCalls | undefined
  /**
   * Who answered in place of the model folder, where a run asked another machine: the result names it as its Device.
   * Absent or undefined: the model folder did.
   */
  answeredBy?(findings: Findings): { name: string; version: string } | undefined
  /**
   * An input that each worker runs once before it is ready, so that the first recording does not wait for code to be loaded
   * and compiled, nor another module's behind it. What it gives is dropped.
   */
  warmUp?(): Input
  /** Pure. Transaction entries (PUT by id) of a finding or a refusal. Without Device, Provenance and labels: those are added for every module alike. */
  toFhir(outcome: ModuleOutcome<Findings>, context: ResultContext): BundleEntry[]
  /** Whether the stored result calls for an alert, with the record as it is now. */
  alert?(
    result: LeadingResult,
    record: RecordReader,
    policy: Record<string, unknown>
  ): Promise<AlertDecision | undefined>
  /** Tests that it proposes after its results. */
  suggestions?: Suggestions
  /** Which later event is the truth of its results, and how both are read (specs README section M). */
  loop?: ClosedLoop
  /** Results (ids) whose alert must be thought over again because of this change (a corrected potassium). */
  reconsider?(event: ModuleEvent, record: RecordReader): Promise<string[]>
  /** For `hisbundle evaluate`: the labelled cases of a data folder; decoding of files is done by the formats. */
  dataset?(dir: string): AsyncIterable<EvaluationCase>
  /**
   * For modules that measure instead of classify: judges itself on annotated recordings, in place of `dataset` and
   * `scores`. The recordings come from the server, which reads the folder; `run` is the served path in the pool.
   */
  judge?(recordings: AsyncIterable<AnnotatedRecording>, tools: JudgeTools): Promise<Judgement>
  /** For `hisbundle evaluate` and `infer`: one decoded recording as input of `run`. */
  inputFrom?(recording: {
    waveform?: import('./waveform.ts').Waveform
    age?: number
    sex?: string
    /** Of the case's `reference`, where it names one. */
    reference?: { recordId: string; waveform?: import('./waveform.ts').Waveform }
  }): Input
  /** For `hisbundle evaluate`: the scores to judge, by label key, or the refusal code. */
  scores?(findings: Findings): { refused: string } | Record<string, number>
  /** For `hisbundle evaluate`: the site's cut of each label as it was served, where findings say it. */
  cuts?(findings: Findings): Record<string, number>
  /**
   * For `hisbundle evaluate`, besides the rows that every label gets: what only this module can judge of the same cases (its
   * variants as `group`, flips), and its baselines.
   */
  compare?(cases: readonly EvaluatedCase<Findings>[], tools: CompareTools): Promise<Comparison>
  /** Role of the model that serves a data folder, where a module has several. Default: the first of the manifest. */
  roleFor?(dir: string): Promise<string>
}

/** A case and what the served path said of it; the case's `input` is gone by then, since a folder may hold thousands. */
export interface EvaluatedCase<Findings = unknown> {
  case: Omit<EvaluationCase, 'input'>
  findings: Findings
}

export interface CompareTools {
  /** Bootstrap draws. */
  draws: number
  /** The parsed JSON of an asset of the folder that serves a role; undefined where it has none. */
  asset(role: string, file: string): Promise<unknown>
  /**
   * What ECGomics measures of a case's recording, by feature ('qt.fridericia', 'st.j|V2'): for a baseline on measured
   * values. Undefined where nothing can be measured.
   */
  measured?(one: Omit<EvaluationCase, 'input'>): Promise<Record<string, number> | undefined>
}

export interface Comparison {
  metrics: Judgement['metrics']
  baselines: Judgement['baselines']
}

/** A recording with the waves or beats that people marked in it. */
export interface AnnotatedRecording {
  recordId: string
  patientId: string
  /** sha256 of the signal file: how training records are known again. */
  sha256: string
  waveform: import('./waveform.ts').Waveform
  age?: number
  sex?: string
  groups: Record<string, string>
  /** Marks lead by lead (LUDB layout), sample numbers; absent where only beats were marked. */
  marks?: { lead: number; wave: 'p' | 'qrs' | 't'; onset?: number; peak: number; offset?: number }[]
  /** Beats of the whole recording (MIT-BIH layout): sample number, symbol of the annotation. */
  beats?: { at: number; symbol: string }[]
  /** Spans that a rhythm change opens, and spans without usable signal. */
  rhythms?: { from: number; to: number; name: string }[]
}

export interface JudgeTools {
  /** The served path; `parameters` override those of the site's policy for this run. */
  run(input: unknown, parameters?: Record<string, unknown>): Promise<unknown>
  /** Bootstrap draws. */
  draws: number
  onProgress?(done: number): void
}

export interface Judgement {
  n: number
  patients: number
  /** Units judged (beats). */
  positives: number
  /** Without `group`: the served output over all recordings, and first. */
  metrics: {
    name: string
    value: number | null
    ci?: [number | null, number | null] | null
    n: number
    unit?: string
    group?: string
    /** Why there is no value. */
    note?: string
  }[]
  baselines: { name: string; metric: string; value: number; ci: [number, number] }[]
  refused: { code: string; n: number }[]
  /** Every measurement beside what people marked, for reports by group. */
  differences?: MeasuredDifference[]
}

/** One measurement of one recording beside the reference. */
export interface MeasuredDifference {
  /** As the closed loop names it: 'qt'. */
  label: string
  unit: string
  patientId: string
  /** Ours minus the reference. */
  difference: number
  groups: Record<string, string>
}

export type ModuleOutcome<Findings> =
  | { kind: 'finding'; findings: Findings }
  | { kind: 'refusal'; code: string; detail?: string }

export interface EvaluationCase {
  recordId: string
  patientId: string
  /** Paths of the files of the record; empty where `input` is given. */
  files: string[]
  /** The module's input itself, for data that are tables and not recordings. */
  input?: unknown
  /** sha256 of the record's content, by which records of the training are known again; absent: that of the signal file. */
  sha256?: string
  /** Label key -> 0 | 1, or a numeric truth. */
  labels: Record<string, number>
  /** Why the record cannot be judged ('outcome-missing'): counted, not run. */
  refused?: string
  /** Strata: sex ('female'), age (years), race ... */
  groups: Record<string, string>
  /** The same person's earlier tracing that the data set beside it. */
  reference?: { recordId: string; files: string[] }
  /** Scores of others that came with the data, by name ('SAPS-I'): baselines. Higher = more likely. */
  others?: Record<string, number>
}

export const defineModule = <Input, Findings>(
  module: InferenceModule<Input, Findings>
): InferenceModule<Input, Findings> => module
