import type { Subscription } from '@medplum/fhirtypes'
import type { AppError } from '../../../core/errors/app-error.ts'
import { checkSubscription } from '../../../server/delivery/subscription-check.ts'
import { compileCriteria, matches } from '../../../server/store/index.ts'
import { takesAnything } from './never-fires.vulnerable.ts'
import { seenFailing } from './seen-failing.ts'

const NOW = new Date('2026-03-01T12:00:00Z')
const matcher = { compile: (criteria: string) => void compileCriteria(criteria), matches }
const subscription = (changes: Partial<Subscription>): Subscription => ({
  resourceType: 'Subscription',
  status: 'requested',
  reason: 'test',
  criteria: 'Task?status=requested',
  channel: { type: 'rest-hook', endpoint: 'http://127.0.0.1:9/hook' },
  ...changes
})

/** A1-2 (topics and their filters are of the Backport guide and come with it). */
seenFailing<(resource: Subscription) => AppError | undefined>(
  'a Subscription that can never fire is refused, and the part is named',
  { ours: (resource) => checkSubscription(resource, matcher, NOW, ['127.0.0.1']), weak: takesAnything },
  (judge) => {
    expect(judge(subscription({}))).toBeUndefined()
    for (const [changes, at] of [
      [{ criteria: 'Nonsense?status=requested' }, 'criteria'],
      [{ criteria: 'Task?statsu=requested' }, 'criteria'],
      [{ criteria: '%%%' }, 'criteria'],
      [{ end: '2020-01-01T00:00:00Z' }, 'end'],
      [{ channel: { type: 'sms', endpoint: 'tel:1' } }, 'channel.type']
    ] satisfies [Partial<Subscription>, string][]) {
      const error = judge(subscription(changes))
      expect([error?.code, error?.at]).toEqual(['SUBSCRIPTION_NEVER_FIRES', `Subscription.${at}`])
    }
  }
)
