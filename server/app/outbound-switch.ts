import type { Coordination } from '../../core/coordination.ts'
import { type Scheduler, systemScheduler } from '../bus/scheduler.ts'
import type { Settings } from './settings.ts'

const KEY = 'outbound'
/** An announcement may be lost: the stored value is looked at again this often. */
const LOOK_EVERY_MS = 5000

export interface OutboundSwitch {
  /** False while nothing may leave. */
  readonly on: boolean
  /** Durable, and told to every process. @returns what holds now: the configuration's `false` outranks a person's `true` */
  set(on: boolean): Promise<boolean>
  /** Called when it was switched on again. @returns the way to end it */
  onChange(listener: () => void): () => void
  start(): Promise<void>
  stop(): void
}

/** The one switch that stops all outbound (rules section 9), in every process on one store and after a restart too. */
export function createOutboundSwitch(deps: {
  settings: Settings
  coordination: Coordination
  /** `outbound` of the configuration. */
  configured: boolean
  scheduler?: Scheduler
}): OutboundSwitch {
  const { settings, coordination, configured, scheduler = systemScheduler } = deps
  const listeners = new Set<() => void>()
  // Until the stored value is known nothing leaves.
  let stored = false
  let endListening: (() => void) | undefined
  let cancelLook: (() => void) | undefined

  const take = (on: boolean): void => {
    const changed = on !== stored
    stored = on
    if (changed && on) for (const listener of listeners) listener()
  }
  const look = async (): Promise<void> => take((await settings.get(KEY)) !== 'off')
  const lookLater = (): void => {
    // A store that does not answer leaves the switch as it was.
    cancelLook = scheduler.after(
      LOOK_EVERY_MS,
      () =>
        void look()
          .catch(() => {})
          .then(() => cancelLook && lookLater())
    )
  }

  return {
    get on() {
      return configured && stored
    },
    async set(on) {
      await settings.set(KEY, on ? 'on' : 'off')
      take(on)
      coordination.announce(KEY, on ? 'on' : 'off')
      return configured && on
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async start() {
      endListening = coordination.listen(KEY, (text) => take(text === 'on'))
      await look()
      lookLater()
    },
    stop() {
      endListening?.()
      cancelLook?.()
      cancelLook = undefined
    }
  }
}
