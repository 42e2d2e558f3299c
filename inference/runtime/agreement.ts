import { AppError } from '../../core/errors/app-error.ts'
import type { RoleEntry } from './role-entry.ts'

/**
 * Refuses every head whose encoder is not the one it was trained on: `manifest.encoder` names a role, and the folder that serves that
 * role must have that very sha256. A head of a refused head is refused too. Nothing is remembered: with the encoder back in
 * service the same folder serves again.
 *
 * @returns the same roles, heads that do not fit as MODEL_UNAVAILABLE reason `encoder`
 */
export function withAgreement(roles: ReadonlyMap<string, RoleEntry>): Map<string, RoleEntry> {
  const agreed = new Map(roles)
  for (let changed = true; changed; ) {
    changed = false
    for (const [role, entry] of agreed) {
      if (entry.kind !== 'model' || fits(agreed, entry)) continue
      const error = new AppError('MODEL_UNAVAILABLE', { reason: 'encoder', at: 'model.json encoder' })
      agreed.set(role, { kind: 'refused', dir: entry.folder.dir, error })
      changed = true
    }
  }
  return agreed
}

function fits(roles: ReadonlyMap<string, RoleEntry>, { folder }: Extract<RoleEntry, { kind: 'model' }>): boolean {
  const { encoder } = folder.manifest
  if (!encoder) return true
  const serving = roles.get(encoder.role)
  return serving?.kind === 'model' && serving.folder.manifest.sha256 === encoder.sha256
}
