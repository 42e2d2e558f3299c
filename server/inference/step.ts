import type { Resource } from '@medplum/fhirtypes'
import type { ChangeEvent } from '../../core/changes.ts'
import type { Clock } from '../../core/clock.ts'
import { AppError, asAppError } from '../../core/errors/app-error.ts'
import type { BusRecord, BusSubscription, EventBus, ParkedRecord } from '../../core/event-bus.ts'
import { failpoint } from '../../core/failpoint.ts'
import type { FhirStore, WriteResult } from '../../core/fhir-store.ts'
import type {
  InferenceModule,
  ModuleEvent,
  ModuleManifest,
  ResultIdentity,
  Selection
} from '../../core/inference-module.ts'
import type { Logger } from '../../core/log.ts'
import { TIMER_KIND, type Timers } from '../../core/timers.ts'
import type { Waveform } from '../../core/waveform.ts'
import { readLeading } from './leading-results.ts'
import type { ModuleMeter } from './meter.ts'
import { createRecordReader } from './record-reader.ts'
import { type Decided, type ModuleSetup, makeResult, type ResultDeps, runAhead } from './result.ts'
import { retractResults, withdrawResult } from './retract.ts'

export const RECORDED_TOPIC = 'events.recorded'
const RESULTED_TOPIC = 'events.resulted'

/** What a module's consumer group reads. */
export const topicsOf = ({ listensToResults }: Pick<ModuleManifest, 'listensToResults'>): string[] =>
  listensToResults ? [RECORDED_TOPIC, RESULTED_TOPIC] : [RECORDED_TOPIC]

export interface InferenceStepOptions {
  bus: Pick<EventBus, 'subscribe'>
  store: FhirStore
  /** The waveform in the blob with that sha256. */
  readWaveform(sha256: string): Promise<Waveform>
  runtime: ResultDeps['runtime']
  modules: InferenceModule[]
  policies?: Record<string, Record<string, unknown>>
  /** A module without a mode runs in shadow (rules section 9). */
  modes?: Record<string, 'off' | 'shadow' | 'advisory'>
  /** The mode by the model that serves now; in place of `modes`. Whether a module is off is asked once. */
  modeOf?(module: string): 'off' | 'shadow' | 'advisory'
  timers: Timers
  clock: Clock
  log: Logger
  meter?: ModuleMeter
  /** The switch that stops all that leaves. */
  outbound?: () => boolean
}

export interface InferenceStep {
  start(): Promise<void>
  stop(): Promise<void>
  /** One event through one module, as the consumer does it. */
  handle(module: string, event: ModuleEvent): Promise<WriteResult[]>
}

/** What a waiting order's timer carries; every module's group sees it and only the named one acts. */
interface TimerBody {
  module: string
  order: string
}

/**
 * One consumer group per enabled module on `events.recorded` (and `events.resulted` where it asks for that), so that a slow or failing module holds up no other. An event
 * whose module throws a passing error is offered again by the bus; identities make that harmless.
 */
export function createInferenceStep(options: InferenceStepOptions): InferenceStep {
  const modeOf = (id: string) => options.modeOf?.(id) ?? options.modes?.[id] ?? 'shadow'
  const enabled = new Map(
    options.modules
      .filter(({ manifest }) => modeOf(manifest.id) !== 'off')
      .map((module) => [module.manifest.id, module])
  )
  /** Mode and models belong together: both are those of one moment. */
  const setupOf = (module: InferenceModule): ModuleSetup => {
    const mode = modeOf(module.manifest.id) === 'advisory' ? 'advisory' : 'shadow'
    return {
      module,
      mode,
      policy: options.policies?.[module.manifest.id] ?? {},
      generation: options.runtime.generation,
      yields: mode === 'shadow' && [...enabled.keys()].some((id) => modeOf(id) === 'advisory')
    }
  }
  const subscriptions: BusSubscription[] = []
  const handle = async (id: string, event: ModuleEvent): Promise<WriteResult[]> => {
    const module = enabled.get(id)
    if (!module) return []
    try {
      return await handleEvent(options, { module, setup: () => setupOf(module) }, event)
    } catch (error) {
      options.meter?.failed(id, asAppError(error).code)
      throw error
    }
  }
  const onParked = ({ group, error, tries }: ParkedRecord): void =>
    options.log.error({ group, code: error.code, reason: error.reason, tries }, 'event parked')
  return {
    async start() {
      for (const [id, module] of enabled) {
        const group = `inference.${id}`
        const onRecord = async (record: BusRecord): Promise<void> => {
          const event = readEvent(record, id)
          if (event) await handle(id, event)
        }
        for (const topic of topicsOf(module.manifest))
          subscriptions.push(await options.bus.subscribe(topic, group, onRecord, { onParked }))
      }
    },
    stop: async () => {
      await Promise.all(subscriptions.splice(0).map((subscription) => subscription.stop()))
    },
    handle
  }
}

function readEvent(record: BusRecord, module: string): ModuleEvent | undefined {
  const text = new TextDecoder().decode(record.value)
  if (record.headers['kind'] !== TIMER_KIND) return { change: JSON.parse(text) as ChangeEvent }
  // Timers of other steps may lie on the same topic, with bodies of their own.
  if (!text.startsWith('{')) return undefined
  const timer = JSON.parse(text) as Partial<TimerBody>
  return timer.module === module && timer.order ? { timer: { order: timer.order } } : undefined
}

async function handleEvent(
  options: InferenceStepOptions,
  { module, setup }: { module: InferenceModule; setup(): ModuleSetup },
  event: ModuleEvent
): Promise<WriteResult[]> {
  const { store, clock, log } = options
  const { policy } = setup()
  const { id, listensTo } = module.manifest
  if (event.change && !listensTo.includes(event.change.resourceType)) return []
  options.meter?.offered(id)
  const now = clock.now().toISOString()
  const withdrawn = await retractResults(store, id, event, now)
  if (withdrawn > 0) failpoint('inference.withdrawn')
  if (withdrawn > 0) log.info({ module: id, count: withdrawn }, 'results withdrawn with their input')
  const reader = createRecordReader(store, options.readWaveform)
  const selections = await module.select({ ...event, now }, reader, policy)
  const written: WriteResult[] = []
  for (const selection of selections) {
    if (selection.kind === 'wait') {
      await setTimer(options, id, selection, event)
      failpoint('inference.timer-set')
      continue
    }
    if (selection.kind === 'withdraw') {
      await withdraw(options, id, selection.result, now)
      continue
    }
    const results = await answered(options, setup, selection, { reader, event })
    failpoint('inference.committed')
    written.push(...results)
    log.debug(
      { module: id, envelopeId: event.change?.cause.envelopeId, count: results.length, kind: selection.kind },
      'module has answered'
    )
  }
  return written
}

/** Swaps that may come between the choice of the models and the run; each takes far longer than a run. */
const MAX_SWAPS = 5

/**
 * One result, made by the models and in the mode of one moment: when others come in service meanwhile it is begun again, so that
 * a result never names a model that did not answer.
 */
async function answered(
  options: InferenceStepOptions,
  setup: () => ModuleSetup,
  selection: Decided,
  { reader, event }: { reader: ReturnType<typeof createRecordReader>; event: ModuleEvent }
): Promise<WriteResult[]> {
  const { store } = options
  const { patient, patientAtFirstWrite } = selection.identity
  for (let tries = 1; ; tries++) {
    const current = setup()
    try {
      const ahead = await runAhead(options, current, selection)
      // Two events about one person may come by different groups of keys during a merge: one result at a time, and none
      // while the person's record is being moved.
      return await store.lock([`inference|${current.module.manifest.id}|${patientAtFirstWrite}`, patient], async () => {
        await requireCurrent(store, selection.identity)
        return makeResult(options, current, selection, { reader, event, ahead })
      })
    } catch (error) {
      if (asAppError(error).reason !== 'swapped' || tries > MAX_SWAPS) throw error
    }
  }
}

async function withdraw({ store, log }: InferenceStepOptions, module: string, reference: string, now: string) {
  const result = await readLeading(store, reference)
  if (!result || !(await withdrawResult(store, module, result, { now }))) return
  log.info({ module, count: 1 }, 'result withdrawn with its question')
}

/**
 * What was selected before another commit (a merge, a correction) must not be written over it.
 * @throws AppError FHIR_VERSION_CONFLICT: the bus offers the event again and it is selected anew
 */
async function requireCurrent(store: FhirStore, { basis, patient }: ResultIdentity): Promise<void> {
  const [type, id, , version] = basis[0]?.split('/') ?? []
  if (!type || !id || !version) return
  const current = await store.read<Resource>(type, id)
  const subject = (current as { subject?: { reference?: string } } | undefined)?.subject?.reference
  if (current?.meta?.versionId !== version || (subject && subject !== patient)) {
    throw new AppError('FHIR_VERSION_CONFLICT', { at: type })
  }
}

async function setTimer(
  { timers }: InferenceStepOptions,
  module: string,
  { order, until }: Extract<Selection<unknown>, { kind: 'wait' }>,
  event: ModuleEvent
): Promise<void> {
  const body: TimerBody = { module, order }
  await timers.at(`order|${module}|${order}`, new Date(until), RECORDED_TOPIC, {
    key: event.change?.patientId ?? order,
    value: new TextEncoder().encode(JSON.stringify(body)),
    headers: { kind: TIMER_KIND }
  })
}
