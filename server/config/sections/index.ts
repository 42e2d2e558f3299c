import { auth } from './auth.ts'
import { blobs } from './blobs.ts'
import { bus } from './bus.ts'
import { loop } from './loop.ts'
import { retention } from './retention.ts'
import { roles } from './roles.ts'
import { scores } from './scores.ts'
import { store } from './store.ts'

/** The sections that parts of the server own; the rest stands in defaults.ts. */
export const SECTIONS = { auth, blobs, bus, loop, retention, roles, scores, store }
