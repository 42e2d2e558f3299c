/** Takes whatever is well formed and calls it active (never-fires.test.ts only). */
export const takesAnything = (): undefined => undefined
