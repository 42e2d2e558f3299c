import type { ModelManifest } from '../../core/model.ts'
import { withAgreement } from './agreement.ts'
import type { RoleEntry } from './role-entry.ts'

const SHA_A = 'a'.repeat(64)
const SHA_B = 'b'.repeat(64)
const ENCODER = 'ecg-encoder/1'
const HEAD = 'anyecg/1'

const model = (role: string, sha256: string, encoder?: ModelManifest['encoder']): [string, RoleEntry] => [
  role,
  {
    kind: 'model',
    folder: { role, dir: role, shipped: true, manifest: { sha256, ...(encoder ? { encoder } : {}) } as ModelManifest }
  }
]
const stateOf = (roles: Map<string, RoleEntry>) =>
  Object.fromEntries([...roles].map(([role, entry]) => [role, entry.kind === 'model' ? 'serves' : entry.error.reason]))

test('a head serves with the encoder it was trained on', () => {
  const roles = new Map([model(HEAD, SHA_B, { role: ENCODER, sha256: SHA_A }), model(ENCODER, SHA_A)])
  expect(stateOf(withAgreement(roles))).toEqual({ [HEAD]: 'serves', [ENCODER]: 'serves' })
})

test.each([
  ['another encoder', [model(ENCODER, SHA_B)]],
  ['no encoder', []],
  [
    'an encoder that is refused',
    [[ENCODER, { kind: 'refused', dir: '', error: new Error('x') }] as unknown as [string, RoleEntry]]
  ]
])('a head is refused with %s', (_, encoders) => {
  const roles = new Map([model(HEAD, SHA_B, { role: ENCODER, sha256: SHA_A }), ...encoders])
  const agreed = withAgreement(roles)
  expect(agreed.get(HEAD)).toMatchObject({ kind: 'refused', error: { code: 'MODEL_UNAVAILABLE', reason: 'encoder' } })
  // What was found is not changed: with its encoder back the same folder serves.
  expect(roles.get(HEAD)?.kind).toBe('model')
})

test('what needs a refused head is refused with it, in whatever order they stand', () => {
  const top = model('top/1', SHA_B, { role: HEAD, sha256: SHA_B })
  const head = model(HEAD, SHA_B, { role: ENCODER, sha256: SHA_A })
  const encoder = model(ENCODER, SHA_B)
  for (const order of [
    [top, head, encoder],
    [encoder, head, top]
  ]) {
    expect(stateOf(withAgreement(new Map(order)))).toEqual({
      'top/1': 'encoder',
      [HEAD]: 'encoder',
      [ENCODER]: 'serves'
    })
  }
})
