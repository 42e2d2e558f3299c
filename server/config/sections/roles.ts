import { AppError } from '../../../core/errors/app-error.ts'
import { defineSection } from './section.ts'

/** The parts of the server that can run in processes of their own (docs/adr/017). */
export const ROLES = ['edge', 'ingest', 'inference', 'fhir', 'deliver'] as const
export type Role = (typeof ROLES)[number]

/** A list, or one text with commas as on the command line. Default: all, in one process. */
export const roles = defineSection<Role[]>([...ROLES], [], complete)

function complete(given: unknown): Role[] {
  const names = typeof given === 'string' ? given.split(',').map((name) => name.trim()) : given
  if (!Array.isArray(names) || names.length === 0)
    throw new AppError('CONFIG_INVALID', { at: 'roles', reason: 'value' })
  if (!names.every(isRole)) throw new AppError('CONFIG_INVALID', { at: 'roles', reason: 'unknown-role' })
  return ROLES.filter((role) => names.includes(role))
}

const isRole = (name: unknown): name is Role => ROLES.includes(name as Role)

/**
 * Embedded parts belong to one process: a part of the roles needs a bus and a store that processes can share.
 * @throws AppError CONFIG_INVALID at `roles`
 */
export function refuseSplitOnEmbeddedParts(config: {
  roles: Role[]
  bus: { kind: string }
  store: { kind: string }
}): void {
  if (config.roles.length === ROLES.length) return
  if (config.bus.kind === 'embedded') throw new AppError('CONFIG_INVALID', { at: 'roles', reason: 'needs-shared-bus' })
  if (config.store.kind === 'sqlite')
    throw new AppError('CONFIG_INVALID', { at: 'roles', reason: 'needs-shared-store' })
}
