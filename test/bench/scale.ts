import { drainRows } from './rows/drain.ts'
import { memoryAfterRows } from './rows/memory-after.ts'
import { searchLoadedRows } from './rows/search-loaded.ts'
import { benchOf } from './support/bench-of.ts'

/** What size does: searches over 100,000 resources, memory after 100,000 messages, a second inference process. */
export default benchOf({ search: searchLoadedRows, memory: memoryAfterRows, drain: drainRows })
