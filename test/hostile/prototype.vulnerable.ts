import type { Resource } from '@medplum/fhirtypes'

/** A3-38: names that come from outside. */
export interface HostileNames {
  takeJson(text: string): void
  patch(resource: Resource & { id: string }, path: string, value: unknown): void
  lookUp(table: Readonly<Record<string, unknown>>, name: string): unknown
  mediaType(name: string): unknown
}

/** Names from outside as they are often taken: straight into objects. For prototype.test.ts only. */
function merge(target: Record<string, unknown>, source: Record<string, unknown>): Record<string, unknown> {
  for (const [key, value] of Object.entries(source)) {
    if (typeof value === 'object' && value !== null) {
      target[key] = merge((target[key] ?? {}) as Record<string, unknown>, value as Record<string, unknown>)
    } else target[key] = value
  }
  return target
}

export const trusting: HostileNames = {
  takeJson: (text) => void merge({}, JSON.parse(text) as Record<string, unknown>),
  patch(resource, path, value) {
    const steps = path.split('/').slice(1)
    const last = steps.pop()!
    let at = resource as unknown as Record<string, unknown>
    for (const step of steps) at = at[step] as Record<string, unknown>
    at[last] = value
  },
  lookUp: (table, name) => table[name],
  mediaType: (name) => ({ 'application/dicom': 'dicom' })[name as 'application/dicom']
}
