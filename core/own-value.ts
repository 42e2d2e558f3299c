/**
 * The value under a name that came from outside. A plain object also answers to 'constructor' or '__proto__', which are no
 * rows of ours (hardening A3-38).
 */
export const ownValue = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined
