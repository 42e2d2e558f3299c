import type { AppError } from '../../../core/errors/app-error.ts'
import { checkPolicy, stayPolicyOf } from './policy.ts'

test('has a policy for a site that decided nothing', () => {
  expect(stayPolicyOf({})).toMatchObject({
    wards: [{ match: 'ICU' }],
    moments: [24, 48],
    deathDispositions: ['20', '40', '41', '42'],
    recordRace: true
  })
})

test.each<[Record<string, unknown>, string]>([
  [{ wards: 'ICU' }, 'wards'],
  [{ wards: [{ kind: 'medical' }] }, 'wards.0.match'],
  [{ wards: [{ match: 'ICU', kind: 'neonatal' }] }, 'wards.0.kind'],
  [{ wards: [null] }, 'wards.0'],
  [{ moments: [24, 12] }, 'moments.1'],
  [{ gapHours: -1 }, 'gapHours'],
  [{ gapHours: Number.NaN }, 'gapHours'],
  [{ deathDispositions: [20] }, 'deathDispositions.0'],
  [{ comfortCare: [{ system: 'x' }] }, 'comfortCare.0.code'],
  [{ aiConsent: [{ code: 'x' }] }, 'aiConsent.0.system'],
  [{ observationCodes: [{ variable: 'mood', system: 'x', code: 'y' }] }, 'observationCodes.0.variable'],
  [{ recordRace: 'yes' }, 'recordRace']
])('refuses %j at %s', (policy, at) => {
  expect(() => checkPolicy(policy)).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', at: `modules.cap-icu.policy.${at}` }) as AppError
  )
})
