import { icuStayRows } from './rows/icu-stay.ts'
import { benchOf } from './support/bench-of.ts'

/** Estimates of mortality in intensive care. */
export default benchOf({ stay: icuStayRows })
