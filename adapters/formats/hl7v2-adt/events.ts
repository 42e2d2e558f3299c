/** A-events that are read (rules section 2); every other A-event is recorded `ignored-event`. */
export const ADT_EVENTS: ReadonlySet<string> = new Set(
  'A01 A02 A03 A04 A05 A06 A07 A08 A11 A12 A13 A18 A23 A24 A28 A31 A34 A36 A37 A39 A40 A43 A44 A45 A47 A50'.split(' ')
)

/** Events whose groups hold an MRG: what it names is replaced by, or moved to, the PID or PV1 of its group. */
export const MERGE_EVENTS: ReadonlySet<string> = new Set('A18 A34 A36 A39 A40 A43 A44 A45 A47 A50'.split(' '))
