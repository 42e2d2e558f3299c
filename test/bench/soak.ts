import { soakRows } from './rows/soak.ts'
import { benchOf } from './support/bench-of.ts'

/** Memory of inference over 100,000 runs: `hisbundle bench soak` (`--quick`: 10,000). */
export default benchOf({ soak: soakRows })
