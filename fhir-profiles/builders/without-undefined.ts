/** Leaves out top-level properties that are undefined, so that equal content is equal JSON and deep-equal. */
export function withoutUndefined<T extends object>(resource: T): T {
  return Object.fromEntries(Object.entries(resource).filter(([, value]) => value !== undefined)) as T
}
