import { AppError } from '../../core/errors/app-error.ts'
import type { RoleEntry } from './role-entry.ts'

/** What a reload changes of one role. */
export interface RoleChange {
  role: string
  /** sha256 of the model that served and of the one that serves now; absent: none. */
  from?: string
  to?: string
  /** Why none serves now. */
  refused?: { code: string; reason?: string }
}

/** Roles whose folder, manifest, site values or refusal differ. */
export function roleChanges(
  before: ReadonlyMap<string, RoleEntry>,
  after: ReadonlyMap<string, RoleEntry>
): RoleChange[] {
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((role) => {
    const [old, now] = [before.get(role), after.get(role)]
    if (faceOf(old) === faceOf(now)) return []
    const [from, to] = [shaOf(old), shaOf(now)]
    const error = now?.kind === 'refused' ? now.error : undefined
    return {
      role,
      ...(from ? { from } : {}),
      ...(to ? { to } : {}),
      ...(error ? { refused: { code: error.code, ...(error.reason ? { reason: error.reason } : {}) } } : {})
    }
  })
}

/**
 * A reload must not lose a role to a folder that is broken: then all stays as it was. A head that is refused because its encoder was
 * changed is meant so; a role whose site folder was taken away with nothing in its place likewise.
 *
 * @throws AppError the refusal of the first role that would be lost, with the role as position
 */
export function refuseLosses(before: ReadonlyMap<string, RoleEntry>, after: ReadonlyMap<string, RoleEntry>): void {
  for (const [role, now] of after) {
    const old = before.get(role)
    if (now.kind !== 'refused' || old?.kind !== 'model') continue
    // The head itself is the same: it was the encoder that changed.
    if (now.error.reason === 'encoder' && now.dir === old.folder.dir && isEncoderChanged(old, before, after)) continue
    const { code, reason } = now.error
    throw new AppError(code, { ...(reason ? { reason } : {}), at: role, cause: now.error })
  }
}

function isEncoderChanged(
  { folder }: Extract<RoleEntry, { kind: 'model' }>,
  before: ReadonlyMap<string, RoleEntry>,
  after: ReadonlyMap<string, RoleEntry>
): boolean {
  const role = folder.manifest.encoder?.role
  return role !== undefined && faceOf(before.get(role)) !== faceOf(after.get(role))
}

const shaOf = (entry: RoleEntry | undefined): string | undefined =>
  entry?.kind === 'model' ? entry.folder.manifest.sha256 : undefined

function faceOf(entry: RoleEntry | undefined): string {
  if (!entry) return ''
  if (entry.kind === 'refused') return JSON.stringify(['refused', entry.error.code, entry.error.reason])
  const { dir, manifest, site } = entry.folder
  return JSON.stringify([dir, manifest, site])
}
