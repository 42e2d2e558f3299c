/**
 * One key of the configuration: what it is when nobody says otherwise, which keys have no default, and what makes it
 * whole. A part of the server that has settings owns one file here.
 */
export interface Section<T extends object> {
  defaults: T
  /** Keys that may be given and have no default. */
  optional: readonly string[]
  /** Fills nested defaults and refuses what cannot be. @throws AppError CONFIG_INVALID with the position */
  complete(given: T): T
}

export const defineSection = <T extends object>(
  defaults: T,
  optional: readonly string[] = [],
  complete: (given: T) => T = (given) => given
): Section<T> => ({ defaults, optional, complete })
