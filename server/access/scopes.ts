/**
 * What a client may be allowed to do, one word a kind of route. `fhir.read` is read, vread and history; `fhir.search` any search,
 * conditions included; `fhir.write` create, update, patch and delete; `stream` an open connection that is told of events.
 * SMART scopes (`system/Observation.rs`) will be a second way to grant the FHIR words, for one resource type each.
 */
export const SCOPES = [
  'fhir.read',
  'fhir.search',
  'fhir.write',
  'inbound',
  'admin.read',
  'admin.write',
  'metrics',
  'stream'
] as const
export type Scope = (typeof SCOPES)[number]

export const isScope = (text: unknown): text is Scope => (SCOPES as readonly unknown[]).includes(text)

/**
 * Who may use a route: a client that holds the scope (all of them, when several are named; one of them with `any`), or
 * everybody, and then the reason stands here in words.
 */
export type Access = Scope | readonly Scope[] | { any: readonly Scope[] } | { public: string }

/** Asked with one scope: does this client hold it? */
export type May = (scope: Scope) => boolean

export const isPublic = (access: Access): access is { public: string } =>
  typeof access === 'object' && 'public' in access

/** Whether a client that `may` do certain things may use a route of this access. */
export function allows(access: Access, may: May): boolean {
  if (typeof access === 'string') return may(access)
  if ('public' in access) return true
  if ('any' in access) return access.any.some(may)
  return access.every(may)
}

/** Whether the declaration says something: a known scope, or a reason that a person can read. */
export function isDeclared(access: unknown): access is Access {
  if (isScope(access)) return true
  if (Array.isArray(access)) return access.length > 0 && access.every(isScope)
  if (typeof access !== 'object' || access === null) return false
  const { public: reason, any } = access as { public?: unknown; any?: unknown }
  if (Array.isArray(any)) return any.length > 0 && any.every(isScope)
  return typeof reason === 'string' && reason.trim().length >= 10
}
