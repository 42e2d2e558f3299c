/** 29999 not computed, 29998 rejected, 19999 wave not present: EN 1064 section 5.10.2. */
const NO_MEASUREMENT: ReadonlySet<number> = new Set([29999, 29998, 19999])

/** Whether a number of sections 7 and 10 is a measurement. */
export const isMeasured = (value: number): boolean => !NO_MEASUREMENT.has(value)
