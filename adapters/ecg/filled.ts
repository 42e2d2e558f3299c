/** What of some facts is known; undefined when nothing is. */
export function filled<T extends object>(facts: T): { [K in keyof T]?: NonNullable<T[K]> } | undefined {
  const known = Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined))
  return Object.keys(known).length > 0 ? (known as { [K in keyof T]?: NonNullable<T[K]> }) : undefined
}
