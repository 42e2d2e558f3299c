import type { DiagnosticReport, DocumentReference, Observation } from '@medplum/fhirtypes'
import { asAppError } from '../../core/errors/app-error.ts'
import type { FhirStore } from '../../core/fhir-store.ts'
import { uuidV5 } from '../../core/ids.ts'
import type { InferenceModule } from '../../core/inference-module.ts'
import type { LeadingResult } from '../../core/leading-result.ts'
import type { LiveFollowing, LiveResult, LiveStrip } from '../../core/live-ecg.ts'
import type { Logger } from '../../core/log.ts'
import { tracingOf } from '../../inference/record/ecg.ts'
import { originalSubject } from '../../inference/record/reading.ts'
import { resultIdOf } from '../inference/result.ts'
import { resourceId } from '../record/deps.ts'
import { tracingKey } from '../record/tracing.ts'
import { toLiveResult } from './to-live-result.ts'

/** Commits that come close together are one look; what is answered already is looked at far less often. */
const SOON_MS = 2
const REST_MS = 1000
/** A module that has not answered by then is no longer waited for. */
const PATIENCE_MS = 60_000

export interface FollowDeps {
  store: Pick<FhirStore, 'read' | 'onCommit'>
  /** The site's secret; known when the server runs. */
  secret(): string
  /** Those whose results are told. */
  modules: readonly InferenceModule[]
  outbound(): boolean
  log: Logger
}

interface Followed {
  look(): Promise<void>
  isPending(): boolean
}

/**
 * Listens for the results of strips: their ids follow from the strip's identity, so each commit is followed by a look at a few
 * rows by id, and nothing is asked of the modules. Commits of other processes are heard as the relay hears them.
 */
export function createResultFollower({ store, secret, modules, outbound, log }: FollowDeps) {
  const followed = new Set<Followed>()
  let endListening: (() => void) | undefined
  let soon: NodeJS.Timeout | undefined
  let rest: NodeJS.Timeout | undefined

  const lookAt = (which: (one: Followed) => boolean): void => {
    for (const one of followed)
      if (which(one))
        one
          .look()
          .catch((error: unknown) => log.warn({ code: asAppError(error).code }, 'results of a strip not looked at'))
  }
  const begin = (): void => {
    endListening ??= store.onCommit(() => {
      soon ??= setTimeout(() => {
        soon = undefined
        lookAt((one) => one.isPending())
      }, SOON_MS)
    })
    // Later versions, and what a lost notice of another process would have told.
    rest ??= setInterval(() => lookAt(() => true), REST_MS).unref()
  }
  const endWhenIdle = (): void => {
    if (followed.size > 0) return
    endListening?.()
    clearTimeout(soon)
    clearInterval(rest)
    endListening = soon = rest = undefined
  }

  function follow({ businessKey, recorded }: LiveStrip, tell: (result: LiveResult) => void): LiveFollowing {
    const told = new Map<string, string>()
    const until = performance.now() + PATIENCE_MS
    const { promise: answered, resolve: isAnswered } = Promise.withResolvers<void>()
    let ecg: Observation | undefined
    let isEnded = modules.length === 0
    let looking: Promise<void> | undefined
    let isRecorded = false

    const end = (): void => {
      isEnded = true
      followed.delete(own)
      isAnswered()
      endWhenIdle()
    }

    async function lookOnce(): Promise<void> {
      ecg ??= await ecgOf(businessKey, isRecorded)
      if (!ecg) return
      for (const module of modules) {
        const id = resultId(module, ecg)
        const leading =
          (await store.read<LeadingResult>('RiskAssessment', id)) ??
          (await store.read<LeadingResult>('Observation', id))
        const version = `${leading?.meta?.versionId} ${outbound()}`
        if (!leading || isEnded || told.get(module.manifest.id) === version) continue
        const report = await store.read<DiagnosticReport>('DiagnosticReport', uuidV5(id, 'report'))
        told.set(module.manifest.id, version)
        tell(toLiveResult(leading, { module: module.manifest.id, report, outbound: outbound() }))
      }
      if (told.size === modules.length) isAnswered()
    }

    const own: Followed = {
      isPending: () => told.size < modules.length && performance.now() < until,
      async look() {
        if (!own.isPending()) isAnswered()
        // A commit during a look is seen by the next one.
        while (looking) await looking
        looking = lookOnce().finally(() => {
          looking = undefined
        })
        await looking
      }
    }
    if (isEnded) isAnswered()
    else {
      followed.add(own)
      begin()
      void recorded.then((is) => {
        isRecorded = is
        if (!is) end()
      })
    }
    return { answered, end }
  }

  /** The strip's own Observation; or the one of the tracing that it turned out to be another copy of. */
  async function ecgOf(businessKey: string, isRecorded: boolean): Promise<Observation | undefined> {
    const key = tracingKey(businessKey)
    const own = await store.read<Observation>('Observation', resourceId({ secret: secret() }, 'Observation', key))
    if (own || !isRecorded) return own
    const id = resourceId({ secret: secret() }, 'DocumentReference', key)
    const document = await store.read<DocumentReference>('DocumentReference', id)
    const twin = document?.context?.related?.[0]?.reference?.split('/')[1]
    return twin ? store.read<Observation>('Observation', twin) : undefined
  }

  return {
    follow,
    stop(): void {
      followed.clear()
      endWhenIdle()
    }
  }
}

/** The unsolicited result of an ECG, as the inference step names it. */
function resultId(module: InferenceModule, ecg: Observation): string {
  const patient = ecg.subject?.reference ?? ''
  return resultIdOf(module, {
    patient,
    patientAtFirstWrite: originalSubject(ecg) ?? patient,
    tracing: tracingOf(ecg),
    basis: []
  })
}
