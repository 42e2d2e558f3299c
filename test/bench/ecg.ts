import { ecgMeasureRows } from './rows/ecg-measure.ts'
import { benchOf } from './support/bench-of.ts'

/** Reading and measuring ECGs, beside those who do the same in Python where they are installed. */
export default benchOf({ measure: ecgMeasureRows })
