import { ecgDetectionRows } from './rows/ecg-detection.ts'
import { ecgMeasureRows } from './rows/ecg-measure.ts'
import { ecgNightRows } from './rows/ecg-night.ts'
import { moduleRunRows } from './rows/module-runs.ts'
import { benchOf } from './support/bench-of.ts'

/** Reading and measuring ECGs, beside those who do the same in Python where they are installed. */
export default benchOf({ measure: ecgMeasureRows, detect: ecgDetectionRows, night: ecgNightRows, run: moduleRunRows })
