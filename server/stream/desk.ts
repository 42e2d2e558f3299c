import { AppError } from '../../core/errors/app-error.ts'
import type { LiveEcgDesk, LiveMeter } from '../../core/live-ecg.ts'
import { createFailedAttempts } from '../access/failed-attempts.ts'
import type { Storage } from '../app/storage.ts'
import type { FeedConfig } from '../config/schema.ts'
import { confirmPatient } from './confirm-patient.ts'
import { createResultFollower, type FollowDeps } from './follow-results.ts'
import { readLead } from './read-lead.ts'

export interface DeskDeps extends Pick<FollowDeps, 'modules' | 'outbound' | 'log'> {
  storage: Storage
  feeds: readonly FeedConfig[]
  meter: LiveMeter
}

/** What live feeds ask of this server: who a patient is, how good a signal is, what was said of a strip. */
export function createLiveDesk({ storage, feeds, modules, outbound, log, meter }: DeskDeps) {
  const { store, secret } = storage
  const failures = createFailedAttempts()
  const follower = createResultFollower({ store, secret, modules, outbound, log })
  const desk: LiveEcgDesk = {
    async confirm(claim, { feed, by }) {
      try {
        await confirmPatient(store, claim, feeds.find(({ name }) => name === feed)?.defaultAuthority)
      } catch (error) {
        if (error instanceof AppError && error.code === 'PATIENT_MISMATCH' && !failures.note(by))
          throw new AppError('BACK_PRESSURE', { at: 'hello.patient', reason: 'failed-attempts' })
        throw error
      }
    },
    read: readLead,
    follow: follower.follow,
    meter
  }
  return { ...desk, stop: follower.stop }
}
